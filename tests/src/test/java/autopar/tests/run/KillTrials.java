package autopar.tests.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Kills runs of a tiny model on two processes that save every step, and resumes them. */
final class KillTrials {
  private static final int RANKS = 2;

  /** Steps of the run that nobody kills; every kill comes well before. */
  private static final int STEPS = 60;

  /** Kills come after one of this many first checkpoints. */
  private static final int CHECKPOINTS = 8;

  /** About what a step takes, or longer: any moment of one may be that of a kill. */
  private static final int STEP_MICROS = 60_000;

  /** Less than what most checkpoints take to be written. */
  private static final int WRITING_MICROS = 5_000;

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Path folder;
  private final Path plan;
  private final List<Double> expected;

  /** The losses of a run and the step, from 1, that the first is of. */
  private record Losses(int first, List<Double> values) {}

  private KillTrials(Path folder, Path plan, List<Double> expected) {
    this.folder = folder;
    this.plan = plan;
    this.expected = expected;
  }

  /** Plans the model and runs it once without a kill; all files go to {@code folder}. */
  static KillTrials begin(Path folder) throws IOException, InterruptedException {
    Path plan = TinyPlan.make(folder.resolve("killed.plan"), RANKS, "data=" + RANKS);
    return new KillTrials(folder, plan, run(folder.resolve("whole"), plan).values());
  }

  private static Losses run(Path folder, Path plan, String... more)
      throws IOException, InterruptedException {
    List<String> arguments = arguments(plan, STEPS);
    arguments.addAll(List.of("--format", "json"));
    arguments.addAll(List.of(more));
    Job.Outcome outcome = Job.start(folder, arguments).await();
    if (outcome.exitCode() != 0) {
      throw new IllegalStateException("exit code " + outcome.exitCode() + ": " + outcome.err());
    }
    JsonNode report = new ObjectMapper().readTree(outcome.out());
    List<Double> losses = new ArrayList<>();
    report.get("losses").forEach(loss -> losses.add(loss.doubleValue()));
    return new Losses(report.get("first_step").intValue(), losses);
  }

  private static List<String> arguments(Path plan, int steps) {
    return new ArrayList<>(
        List.of("run", plan.toString(), "--backend", "mpi", "--steps", Integer.toString(steps)));
  }

  /** Kills a run and resumes it; who and when is drawn from {@code seed}. */
  Kill kill(KillKind kind, long seed) throws IOException, InterruptedException {
    // Random begins alike for seeds that are close.
    SplittableRandom random = new SplittableRandom(seed);
    int checkpoint = 1 + random.nextInt(CHECKPOINTS);
    int victim = random.nextInt(RANKS);
    int micros =
        random.nextInt(
            switch (kind) {
              case RANK -> STEP_MICROS;
              case JOB -> WRITING_MICROS;
            });
    Path own = folder.resolve(kind.name().toLowerCase(Locale.ROOT) + "-" + seed);
    Path saved = own.resolve("checkpoints");
    // Of more steps than it will take.
    List<String> arguments = arguments(plan, 100 * STEPS);
    arguments.addAll(List.of("--save", saved.toString(), "--save-every", "1"));
    Job job = Job.start(own, arguments);
    String wanted = "step-%08d".formatted(checkpoint);
    await(job, saved, name -> name.startsWith("step-") && name.compareTo(wanted) >= 0);
    Runnable kill =
        switch (kind) {
          case RANK -> job.rank(victim).orElseThrow()::destroyForcibly;
          case JOB -> {
            // A folder of an old checkpoint that is being deleted is not being written.
            await(job, saved, name -> name.startsWith(".step-") && !name.endsWith("removed"));
            yield job::killAll;
          }
        };
    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(micros));
    long killed = System.nanoTime();
    kill.run();
    Job.Outcome outcome = job.await();
    double seconds = (System.nanoTime() - killed) / 1e9;
    List<Long> orphans = job.left(PATIENCE);
    boolean inCheckpoint = Job.entries(saved).stream().anyMatch(name -> name.startsWith(".step-"));
    Losses resumed = run(own.resolve("resumed"), plan, "--resume", saved.toString());
    int from = resumed.first() - 1;
    boolean exact =
        from >= checkpoint
            && from < STEPS
            && resumed.values().equals(expected.subList(from, STEPS));
    return switch (kind) {
      case RANK ->
          new Kill(
              "rank %d, %d us after checkpoint %d".formatted(victim, micros, checkpoint),
              problem(outcome, victim),
              seconds,
              orphans,
              inCheckpoint,
              from,
              exact);
      case JOB ->
          new Kill(
              "all, %d us into one after checkpoint %d".formatted(micros, checkpoint),
              Optional.empty(),
              seconds,
              orphans,
              inCheckpoint,
              from,
              exact);
    };
  }

  /** A clear end has exit code 3 and one line that names the rank and what it did. */
  private static Optional<String> problem(Job.Outcome outcome, int victim) {
    Pattern clear = Pattern.compile("autopar: rank " + victim + " died .*in step \\d+ at \\S.*");
    List<String> said = outcome.err().lines().filter(line -> line.startsWith("autopar: ")).toList();
    boolean isClear =
        outcome.exitCode() == 3
            && said.size() == 1
            && clear.matcher(said.getFirst()).matches()
            && !outcome.err().contains("Exception");
    return isClear
        ? Optional.empty()
        : Optional.of("exit code " + outcome.exitCode() + ": " + outcome.err());
  }

  private static void await(Job job, Path saved, Predicate<String> name)
      throws IOException, InterruptedException {
    while (Job.entries(saved).stream().noneMatch(name)) {
      if (!job.isAlive()) {
        throw new IllegalStateException("the run ended by itself: " + job.await().err());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }
}
