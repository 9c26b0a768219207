package autopar.solver.anytime;

import autopar.solver.certificate.ProofState;
import autopar.solver.certificate.ProofStep;
import java.util.Arrays;
import java.util.function.Consumer;

/** Brings the steps of reductions of a core into the numbers of the proof, and takes them there. */
final class StepJournal implements Consumer<ProofStep> {
  private final ProofState state;
  private final ProofCore from;
  private final Consumer<ProofStep> proof;

  StepJournal(ProofState state, ProofCore from, Consumer<ProofStep> proof) {
    this.state = state;
    this.from = from;
    this.proof = proof;
  }

  @Override
  public void accept(ProofStep step) {
    if (!state.isClosed()) {
      ProofStep translated = translated(step);
      state.apply(translated);
      proof.accept(translated);
    }
  }

  private ProofStep translated(ProofStep step) {
    return switch (step) {
      case ProofStep.Drop drop -> {
        int[] numbers = from.strategies()[drop.node()];
        yield new ProofStep.Drop(
            from.nodes()[drop.node()],
            Arrays.stream(drop.strategies()).map(s -> numbers[s]).toArray(),
            Arrays.stream(drop.instead()).map(s -> s < 0 ? s : numbers[s]).toArray());
      }
      case ProofStep.Fix fix -> new ProofStep.Fix(from.nodes()[fix.node()]);
      case ProofStep.Eliminate eliminate -> new ProofStep.Eliminate(from.nodes()[eliminate.node()]);
      case ProofStep.Contract contract ->
          new ProofStep.Contract(from.nodes()[contract.node()], from.nodes()[contract.gone()]);
      case ProofStep.Separate separate ->
          new ProofStep.Separate(from.nodes()[separate.first()], from.nodes()[separate.second()]);
      case ProofStep.Rows rows -> rows;
      case ProofStep.Weigh weigh -> weigh;
      case ProofStep.Finish finish -> finish;
      case ProofStep.Branch branch -> branch;
    };
  }
}
