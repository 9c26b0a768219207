package autopar.cli;

import autopar.diagnostics.RunFailure;
import autopar.solver.IntraOpProblem;
import autopar.solver.IntraOpSolution;
import autopar.solver.anytime.AnytimeSolver;
import autopar.solver.anytime.BoundCertifier;
import autopar.solver.anytime.SolveLimits;
import autopar.solver.certificate.Certificate;
import autopar.solver.certificate.CertificateChecker;
import autopar.solver.certificate.CertificateFile;
import autopar.solver.contest.BadInstance;
import autopar.solver.contest.ContestReader;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code autopar solve}: an instance of the contest on intra-operator parallelism. */
@Command(
    name = "solve",
    mixinStandardHelpOptions = true,
    description = {
      "Solves an intra-operator problem in the form of the ASPLOS/EuroSys 2025 contest.",
      "Prints the best choice found with a proven lower bound."
    },
    footer = {
      "",
      "Example:",
      "  autopar solve instance.json.gz --time-limit 60 --threads 2 -o choice.json"
    })
final class SolveCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private OutputOptions output;

  @Parameters(index = "0", paramLabel = "INSTANCE", description = "A .json or .json.gz file.")
  private Path instance;

  @Option(
      names = "--time-limit",
      paramLabel = "S",
      defaultValue = "60",
      description = "Seconds from the end of parsing (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--threads",
      paramLabel = "T",
      defaultValue = "0",
      description = "Threads that work at the same time (default: one per core).")
  private int threads;

  @Option(
      names = "--seed",
      paramLabel = "K",
      defaultValue = "1",
      description = "Seed of everything random (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "-o",
      paramLabel = "FILE",
      description = "Also writes the choice to FILE, a JSON list of one strategy per node.")
  private Path file;

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description = {
        "Also writes a proof of a lower bound to FILE, checked against the instance.",
        "A quarter of the time limit is spent on it; the bound is weaker than the one printed."
      })
  private Path certificateFile;

  @Override
  public Integer call() {
    if (!(seconds > 0)) {
      throw new ParameterException(spec.commandLine(), "--time-limit must be above 0");
    }
    if (threads < 0) {
      throw new ParameterException(spec.commandLine(), "--threads must be at least 1");
    }
    int workers = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    IntraOpProblem problem;
    try {
      problem = ContestReader.read(instance);
    } catch (BadInstance bad) {
      return reject(bad);
    } catch (NoSuchFileException missing) {
      throw new RunFailure("there is no file " + instance, missing);
    } catch (IOException broken) {
      throw new RunFailure("cannot read " + instance + ": " + broken.getMessage(), broken);
    }
    long start = System.nanoTime();
    double solveSeconds = certificateFile == null ? seconds : 0.75 * seconds;
    IntraOpSolution solution =
        AnytimeSolver.solve(problem, new SolveLimits(solveSeconds, workers, seed));
    if (certificateFile != null) {
      certify(problem, solution);
    }
    double wallSeconds = (System.nanoTime() - start) / 1e9;
    return report(solution, wallSeconds);
  }

  private void certify(IntraOpProblem problem, IntraOpSolution solution) {
    double known =
        solution instanceof IntraOpSolution.Solved solved
            ? solved.cost()
            : Double.POSITIVE_INFINITY;
    Optional<Certificate> certificate = BoundCertifier.certify(problem, known, 0.25 * seconds);
    if (certificate.isEmpty()) {
      return;
    }
    long bound = CertificateChecker.bound(problem, certificate.get());
    try {
      CertificateFile.write(certificateFile, certificate.get(), bound);
    } catch (IOException broken) {
      throw new RunFailure("cannot write " + certificateFile + ": " + broken.getMessage(), broken);
    }
    PrintWriter err = spec.commandLine().getErr();
    err.printf(Locale.ROOT, "certificate of the bound %,d: %s%n", bound, certificateFile);
    err.flush();
  }

  private int reject(BadInstance bad) {
    PrintWriter err = spec.commandLine().getErr();
    String place = bad.line() > 0 ? ":" + bad.line() + ":" + bad.column() : "";
    err.println(instance + place + ": error AP0650: " + bad.getMessage());
    err.flush();
    return ExitCodes.INPUT_IS_WRONG;
  }

  private int report(IntraOpSolution solution, double wallSeconds) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    return switch (solution) {
      case IntraOpSolution.Solved solved -> {
        write(solved.choice());
        if (output.json()) {
          Json.print(out, json -> writeSolved(json, solved, wallSeconds));
        } else {
          print(out, solved, wallSeconds);
        }
        yield ExitCodes.DONE;
      }
      case IntraOpSolution.Infeasible infeasible -> {
        err.println("autopar: infeasible: " + infeasible.reason());
        err.flush();
        if (output.json()) {
          Json.print(out, json -> writeNothing(json, null, infeasible.reason(), wallSeconds));
        }
        yield ExitCodes.NO_PLAN_FITS;
      }
      case IntraOpSolution.Unknown unknown -> {
        err.println("autopar: nothing feasible was found within the time limit");
        err.flush();
        if (output.json()) {
          Json.print(out, json -> writeNothing(json, unknown.lowerBound(), null, wallSeconds));
        }
        yield ExitCodes.NO_PLAN_FITS;
      }
    };
  }

  private static void print(PrintWriter out, IntraOpSolution.Solved solved, double wallSeconds) {
    out.printf(Locale.ROOT, "cost         %,d%n", solved.cost());
    out.printf(Locale.ROOT, "lower bound  %,d%n", solved.lowerBound());
    out.println(
        solved.optimal()
            ? "proved       optimal"
            : "gap          " + String.format(Locale.ROOT, "%.2f %%", 100 * solved.gap()));
    out.println("time         " + Figures.seconds(wallSeconds));
    out.flush();
  }

  private static void writeSolved(
      JsonGenerator json, IntraOpSolution.Solved solved, double wallSeconds) throws IOException {
    json.writeNumberField("cost", solved.cost());
    json.writeNumberField("lower_bound", solved.lowerBound());
    json.writeBooleanField("optimal", solved.optimal());
    json.writeNumberField("wall_s", wallSeconds);
    json.writeFieldName("solution");
    json.writeRawValue(Arrays.toString(solved.choice()));
  }

  private static void writeNothing(
      JsonGenerator json, Long lowerBound, String reason, double wallSeconds) throws IOException {
    json.writeNullField("cost");
    if (lowerBound == null) {
      json.writeNullField("lower_bound");
    } else {
      json.writeNumberField("lower_bound", lowerBound);
    }
    json.writeBooleanField("optimal", false);
    json.writeNumberField("wall_s", wallSeconds);
    json.writeNullField("solution");
    if (reason != null) {
      json.writeStringField("infeasible", reason);
    }
  }

  private void write(int[] choice) {
    if (file == null) {
      return;
    }
    try {
      Files.writeString(file, Arrays.toString(choice) + "\n");
    } catch (IOException broken) {
      throw new RunFailure("cannot write " + file + ": " + broken.getMessage(), broken);
    }
  }
}
