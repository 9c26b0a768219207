package autopar.cli;

import autopar.diagnostics.RunFailure;
import autopar.ir.graph.Graph;
import autopar.ir.type.Precision;
import autopar.runtime.OptimizerSettings;
import autopar.runtime.StepData;
import autopar.runtime.SyntheticData;
import autopar.runtime.TextData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a run trains on, and how. */
final class RunOptions {
  private static final String SYNTHETIC = "synthetic";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "1",
      description = "Steps to take in all, those before a resumed checkpoint included. Default: 1")
  private int steps;

  @Option(
      names = "--data",
      paramLabel = "FILE|synthetic",
      defaultValue = SYNTHETIC,
      description =
          "A text whose bytes are predicted, for models of tokens and labels; or random samples."
              + " Default: synthetic")
  private String data;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Seed of parameters, data and dropout. Default: 0")
  private long seed;

  @Option(
      names = "--set",
      paramLabel = "dim=value",
      description = "Keeps the plan's decisions at another size of the model; may be repeated.")
  private Map<String, Long> dims = new LinkedHashMap<>();

  @Option(
      names = "--global-batch",
      paramLabel = "G",
      description = "Samples per step. Default: the plan's")
  private Long globalBatch;

  @Option(
      names = "--precision",
      paramLabel = "fp32|bf16|fp16",
      description = "Number format of values; sums are fp32. Default: the plan's")
  private String precision;

  @Option(
      names = "--learning-rate",
      paramLabel = "R",
      description = "Of the plan's optimizer. Default: 0.001")
  private Double learningRate;

  int steps() {
    if (steps < 1) {
      throw wrong("--steps must be at least 1, not " + steps);
    }
    return steps;
  }

  long seed() {
    return seed;
  }

  Map<String, Long> dims() {
    return dims;
  }

  long globalBatch(long planned) {
    long batch = globalBatch == null ? planned : globalBatch;
    if (batch < 1 || batch > 1L << 40) {
      throw wrong("--global-batch must be 1 to 2^40, not " + batch);
    }
    return batch;
  }

  Precision precision(Precision planned) {
    if (precision == null) {
      return planned;
    }
    for (Precision known : Precision.values()) {
      if (known.text().equals(precision) && known != Precision.FP8) {
        return known;
      }
    }
    throw wrong("--precision must be fp32, bf16 or fp16, not " + precision);
  }

  OptimizerSettings settings() {
    OptimizerSettings d = OptimizerSettings.DEFAULTS;
    double rate = learningRate == null ? d.learningRate() : learningRate;
    if (!(rate > 0)) {
      throw wrong("--learning-rate must be more than 0, not " + learningRate);
    }
    return new OptimizerSettings(
        rate, d.beta1(), d.beta2(), d.epsilon(), d.weightDecay(), d.momentum());
  }

  StepData data(Graph graph) {
    if (data.equals(SYNTHETIC)) {
      return new SyntheticData(graph, seed);
    }
    try {
      return new TextData(graph, Files.readAllBytes(Path.of(data)), seed);
    } catch (IOException e) {
      throw new RunFailure("cannot read " + data, "give a text file, or --data synthetic", e);
    }
  }

  /** The name of the data, for people. */
  Optional<String> text() {
    return data.equals(SYNTHETIC) ? Optional.empty() : Optional.of(data);
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
