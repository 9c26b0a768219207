package autopar.program;

import autopar.diagnostics.CompilerBug;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Proves that a bundle cannot go wrong, by code that shares nothing with the lowering.
 *
 * <ul>
 *   <li>X1: every buffer is written before it is read, and never used after its end.
 *   <li>X2: a buffer of a micro-batch or of the update ends exactly once, by the end of its chunk's
 *       backward or of the update; buffers of the run never end.
 *   <li>X3: no buffer is written twice, except accumulators, in-place updates, and parameters that
 *       take their new values.
 *   <li>X4: the layouts before and after every communication fit it, and every instruction works in
 *       the memory that it should.
 *   <li>X5: a kernel's operands and results lie as its split loops say, on every rank.
 *   <li>X6: groups: for every set of axes that a collective uses, the groups partition the ranks of
 *       the stage and all members see one group, ascending; every rank is in one stage at most.
 *   <li>X7: every transfer is sent and received exactly once per micro-batch (or update), by its
 *       stages; its messages cover every block exactly once, from ranks that hold it, and no byte
 *       enters a host twice.
 *   <li>X8: no deadlock: under the schedule every receive has a send that comes before it.
 *   <li>X9: every trained parameter has its gradient zeroed, accumulated in backward, and is
 *       updated from it exactly once per step; a frozen one never changes.
 *   <li>X10: a kernel whose internal reduction is split finishes through all its statistics.
 *   <li>X11: exactly one stage has the loss.
 *   <li>X12: what the others rely on: numbers are positions, and every layout is one of its mesh.
 *   <li>X13: no race: uses of a buffer by different streams are ordered by events. Asked of
 *       programs that are sound otherwise.
 * </ul>
 *
 * <p>Ranks of a stage share their program, so code is checked once per stage; only blocks (X5) and
 * messages (X7) are checked rank by rank, once per distinct kernel and transfer.
 */
public final class ProgramVerifier {

  private static final int SHOWN = 20;

  private ProgramVerifier() {}

  /**
   * Demands that {@code bundle} is sound.
   *
   * @throws CompilerBug naming every constraint that it breaks
   */
  public static ProgramBundle require(ProgramBundle bundle) {
    List<ProgramViolation> found = verify(bundle);
    if (!found.isEmpty()) {
      String shown =
          found.stream()
              .limit(SHOWN)
              .map(ProgramViolation::toString)
              .collect(Collectors.joining("; "));
      String rest = found.size() > SHOWN ? "; and " + (found.size() - SHOWN) + " more" : "";
      throw new CompilerBug("ProgramVerifier", bundle.model(), shown + rest);
    }
    return bundle;
  }

  /** Everything that is wrong with {@code bundle}; empty for a sound one. */
  public static List<ProgramViolation> verify(ProgramBundle bundle) {
    List<ProgramViolation> found = new ArrayList<>();
    new FormConstraints(bundle, found).check();
    if (!found.isEmpty()) {
      return List.copyOf(found);
    }
    long[] batches = batches(bundle);
    KernelConstraints kernels = new KernelConstraints(batches, found);
    for (StageProgram stage : bundle.stages()) {
      List<Code> code = Code.of(stage);
      new LifetimeConstraints(stage, found).check(code);
      new CommunicationConstraints(bundle, stage, found).check(code);
      kernels.check(stage, code);
      new StatisticsConstraints(stage, batches, found).check(code);
      new ParameterConstraints(bundle, stage, found).check(code);
    }
    new LossConstraints(bundle, found).check();
    if (new GroupConstraints(bundle, found).check()
        && new TransferConstraints(bundle, batches, found).check()) {
      new ProgressConstraints(bundle, found).check();
    }
    if (found.isEmpty()) {
      bundle.stages().forEach(s -> new StreamConstraints(bundle, s, found).check(Code.of(s)));
    }
    return List.copyOf(found);
  }

  /** The distinct sizes of micro-batches. */
  static long[] batches(ProgramBundle bundle) {
    long last = bundle.samples(bundle.order().microBatches() - 1);
    return last == bundle.microBatch() ? new long[] {last} : new long[] {bundle.microBatch(), last};
  }
}
