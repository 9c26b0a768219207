package autopar.cli;

import autopar.diagnostics.RunFailure;
import autopar.solver.IntraOpProblem;
import autopar.solver.IntraOpSolution;
import autopar.solver.anytime.AnytimeSolver;
import autopar.solver.anytime.CertifyingSolver;
import autopar.solver.anytime.SolveLimits;
import autopar.solver.certificate.InvalidProof;
import autopar.solver.certificate.ProofChecker;
import autopar.solver.certificate.ProofReader;
import autopar.solver.contest.BadInstance;
import autopar.solver.contest.ContestReader;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
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
      "Examples:",
      "  autopar solve instance.json.gz --time-limit 60 --threads 2 -o choice.json",
      "  autopar solve instance.json.gz --certificate proof.json.gz",
      "  autopar solve instance.json.gz --check proof.json.gz"
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
        "Also writes a proof of the lower bound to FILE (compressed if it ends with .gz), and",
        "follows it with the checker. Where only a weaker bound was proved again in time, both",
        "are printed."
      })
  private Path certificateFile;

  @Option(
      names = "--check",
      paramLabel = "FILE",
      description = "Solves nothing: checks a proof that --certificate wrote for INSTANCE.")
  private Path proofFile;

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
    if (proofFile != null) {
      return check(problem);
    }
    long start = System.nanoTime();
    SolveLimits limits = new SolveLimits(seconds, workers, seed);
    if (certificateFile == null) {
      IntraOpSolution solution = AnytimeSolver.solve(problem, limits);
      return report(solution, (System.nanoTime() - start) / 1e9);
    }
    CertifyingSolver.Certified answer = certify(problem, limits);
    double wallSeconds = (System.nanoTime() - start) / 1e9;
    printCertificate(problem, answer);
    return report(answer.solution(), wallSeconds);
  }

  private CertifyingSolver.Certified certify(IntraOpProblem problem, SolveLimits limits) {
    try {
      return CertifyingSolver.solve(problem, limits, certificateFile);
    } catch (IOException broken) {
      throw new RunFailure("cannot write " + certificateFile + ": " + broken.getMessage(), broken);
    }
  }

  /** What the file proves, once the checker has followed it. */
  private void printCertificate(IntraOpProblem problem, CertifyingSolver.Certified answer) {
    PrintWriter err = spec.commandLine().getErr();
    if (answer.certified().isEmpty()) {
      err.println("certificate: none was found within the time limit");
    } else {
      long bound = answer.certified().getAsLong();
      try (ProofReader proof = new ProofReader(certificateFile)) {
        ProofChecker.check(problem, bound, proof);
      } catch (IOException broken) {
        throw new RunFailure("cannot read " + certificateFile + ": " + broken.getMessage(), broken);
      }
      boolean weaker =
          answer.solution() instanceof IntraOpSolution.Solved solved && bound < solved.lowerBound();
      err.println(
          "certificate: "
              + claim(problem, bound)
              + ", "
              + certificateFile
              + (weaker ? "; the printed bound is higher and not certified" : ""));
    }
    err.flush();
  }

  private static String claim(IntraOpProblem problem, long bound) {
    return bound >= ProofChecker.infeasible(problem)
        ? "no choice is allowed and fits"
        : String.format(Locale.ROOT, "no choice costs less than %,d", bound);
  }

  private int check(IntraOpProblem problem) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try (ProofReader proof = new ProofReader(proofFile)) {
      ProofChecker.check(problem, proof.bound(), proof);
      out.println("proved: " + claim(problem, proof.bound()));
      out.flush();
      return ExitCodes.DONE;
    } catch (NoSuchFileException missing) {
      throw new RunFailure("there is no file " + proofFile, missing);
    } catch (InvalidProof wrong) {
      err.println(proofFile + ": error AP0651: the proof does not hold: " + wrong.getMessage());
    } catch (IOException | UncheckedIOException broken) {
      err.println(proofFile + ": error AP0651: the file is no proof: " + broken.getMessage());
    }
    err.flush();
    return ExitCodes.INPUT_IS_WRONG;
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
