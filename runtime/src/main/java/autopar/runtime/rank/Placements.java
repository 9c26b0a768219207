package autopar.runtime.rank;

import autopar.program.Instruction;
import autopar.program.Range;
import autopar.program.SplitFactor;
import autopar.runtime.CounterRandom;
import autopar.runtime.Placement;
import autopar.runtime.StepWeights;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** Where the shards of one rank lie in the whole tensors that kernels stand for. */
final class Placements {

  private final RankExecutor.Run run;
  private final int[] axisSizes;
  private final int[] coordinates;

  /** Labels that count, by input, of the step that was asked for last. */
  private final Map<String, Double> countedLabels = new HashMap<>();

  private int countedStep = -1;

  Placements(RankExecutor.Run run, int[] axisSizes, int[] coordinates) {
    this.run = run;
    this.axisSizes = axisSizes;
    this.coordinates = coordinates;
  }

  /** Of a kernel that treats {@code batch} samples. */
  Placement of(Instruction.Kernel kernel, int step, int microBatch, long batch) {
    Map<String, Integer> offsets = new HashMap<>();
    Map<String, Integer> extents = new HashMap<>();
    double share = 1;
    for (SplitFactor factor : kernel.split()) {
      Range range = factor.range(batch, axisSizes, coordinates);
      long extent = factor.extent().at(batch);
      long before =
          factor.extent().batched()
              ? factor.extent().at(run.bundle().microBatch()) * microBatch
              : 0;
      offsets.put(factor.name(), Math.toIntExact(before + range.from()));
      extents.put(factor.name(), Math.toIntExact(extent));
      share *= factor.averaged() ? (double) range.length() / extent : 1;
    }
    long key = CounterRandom.key(run.seed(), step);
    return new Placement(
        offsets,
        extents,
        share,
        kernel.labels().isPresent()
            ? OptionalDouble.of(weights(batch).labels(counted(kernel.labels().get(), step)))
            : OptionalDouble.empty(),
        CounterRandom.key(key, kernel.dropoutName()));
  }

  /** What a micro-batch of {@code batch} samples weighs. */
  StepWeights weights(long batch) {
    return new StepWeights(run.bundle().globalBatch(), batch);
  }

  private double counted(String input, int step) {
    if (step != countedStep) {
      countedLabels.clear();
      countedStep = step;
    }
    return countedLabels.computeIfAbsent(
        input,
        name ->
            StepWeights.counted(
                run.data(), step, name, run.bundle().globalBatch(), run.bundle().perSample(name)));
  }
}
