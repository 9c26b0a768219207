package autopar.runtime.mpi;

import autopar.ir.op.StatisticsRounds.Combine;
import autopar.program.Instruction;
import autopar.program.ProgramBundle;
import autopar.runtime.checkpoint.Checkpoint;
import autopar.runtime.checkpoint.Piece;
import autopar.runtime.kernel.FloatKernels;
import autopar.runtime.rank.Group;
import autopar.runtime.rank.RankExecutor;
import autopar.runtime.rank.RankExecutor.Run;
import autopar.runtime.rank.RankObserver;
import autopar.runtime.rank.StreamQueues;
import autopar.runtime.rank.TrainingCheckpoint;
import autopar.runtime.rank.TrainingRun;
import autopar.runtime.rank.Transport;
import autopar.runtime.rank.WholeTensors;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** One rank of a run whose ranks are processes. Rank 0 reports. */
public final class MpiTrainingRun implements TrainingRun {

  /** Kinds of traffic, in the order in which ranks add them up. */
  private static final List<String> KINDS =
      List.of("all_gather", "all_reduce", "all_to_all", "reduce_scatter", "send");

  /** Bits of a count per fp32 element: sums over 4,096 ranks stay exact. */
  private static final int DIGIT_BITS = 12;

  private static final int DIGITS = 5;

  private final Run run;
  private final RankProcess process;
  private final Transport transport;
  private final Optional<RankExecutor> executor;
  private final Group world;
  private int lastStep;

  /** The rank that {@code process} is; idle ones only wait for the others. */
  public MpiTrainingRun(Run given, RankProcess process, FloatKernels kernels) {
    this.process = process;
    transport = process.transport();
    run =
        new Run(
            given.bundle(), given.data(), given.settings(), given.seed(), new Progress(process));
    executor =
        given.bundle().stageOf(transport.rank()) < 0
            ? Optional.empty()
            : Optional.of(new RankExecutor(run, transport, kernels, StreamQueues.PROGRAM_ORDER));
    world = new Group(IntStream.range(0, given.bundle().ranks()).boxed().toList());
  }

  /** Tells the watcher of this process what it does; every text is made once. */
  private static final class Progress implements RankObserver {
    private final RankProcess process;
    private final Map<Instruction, String> texts = new IdentityHashMap<>();

    Progress(RankProcess process) {
      this.process = process;
    }

    @Override
    public void at(int step, Instruction instruction, Supplier<String> describe) {
      process.runs(step, texts.computeIfAbsent(instruction, i -> describe.get()));
    }
  }

  @Override
  public boolean reports() {
    return transport.rank() == 0;
  }

  @Override
  public OptionalDouble step(int step) {
    lastStep = step;
    OptionalDouble own = executor.map(e -> e.step(step)).orElse(OptionalDouble.empty());
    int teller = teller(run.bundle());
    float[] loss = new float[1];
    if (teller == transport.rank()) {
      loss[0] = (float) own.orElseThrow();
    }
    transport.broadcast(world, teller, loss, 1);
    return OptionalDouble.of(loss[0]);
  }

  /** The first rank that knows the loss. */
  private static int teller(ProgramBundle bundle) {
    return bundle.stages().stream()
        .filter(s -> s.loss().isPresent())
        .findFirst()
        .orElseThrow()
        .mesh()
        .ranks()
        .getFirst();
  }

  @Override
  public WholeTensors.Gathered gather() {
    return new WholeTensors(run)
        .gather(executor, transport)
        .orElse(new WholeTensors.Gathered(Map.of(), Map.of()));
  }

  @Override
  public Map<Integer, List<Piece>> pieces() {
    return executor
        .map(e -> Map.of(e.rank(), TrainingCheckpoint.pieces(run.bundle(), e)))
        .orElse(Map.of());
  }

  @Override
  public void restore(Checkpoint checkpoint) {
    executor.ifPresent(e -> TrainingCheckpoint.restore(e, checkpoint));
  }

  @Override
  public void barrier() {
    transport.barrier();
  }

  @Override
  public Map<String, Long> traffic() {
    float[] digits = new float[KINDS.size() * DIGITS];
    executor.ifPresent(e ->
        e.traffic()
            .bytes()
            .forEach((kind, bytes) -> {
              for (int d = 0; d < DIGITS; d++) {
                digits[KINDS.indexOf(kind) * DIGITS + d] =
                    bytes >>> d * DIGIT_BITS & (1 << DIGIT_BITS) - 1;
              }
            }));
    transport.allReduce(world, digits, digits.length, Combine.SUM);
    Map<String, Long> all = new TreeMap<>();
    for (int k = 0; k < KINDS.size(); k++) {
      long bytes = 0;
      for (int d = 0; d < DIGITS; d++) {
        bytes += (long) digits[k * DIGITS + d] << d * DIGIT_BITS;
      }
      if (bytes > 0) {
        all.put(KINDS.get(k), bytes);
      }
    }
    return all;
  }

  @Override
  public void works(String on) {
    process.runs(lastStep, on);
  }

  @Override
  public Path agree(Path own) {
    byte[] text = own.toString().getBytes(StandardCharsets.UTF_8);
    float[] length = {text.length};
    transport.broadcast(world, 0, length, 1);
    float[] letters = new float[(int) length[0]];
    for (int i = 0; reports() && i < letters.length; i++) {
      letters[i] = text[i];
    }
    transport.broadcast(world, 0, letters, letters.length);
    byte[] agreed = new byte[letters.length];
    for (int i = 0; i < agreed.length; i++) {
      agreed[i] = (byte) letters[i];
    }
    return Path.of(new String(agreed, StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    // The process leaves the world by itself, and a rank that failed must not wait for others.
  }
}
