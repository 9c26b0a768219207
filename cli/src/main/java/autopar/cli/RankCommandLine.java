package autopar.cli;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** How to start this program once more, as one of several ranks that share the machine. */
final class RankCommandLine {

  /** Memory of the machine that all ranks together may take, in percent. */
  private static final double SHARED_PERCENT = 70;

  /**
   * What each may take at least: a rank takes no more than it needs, and the one that checks and
   * reports needs several times as much as the others.
   */
  private static final double LEAST_PERCENT = 15;

  /**
   * Ranks a core from which on a run is a trial of a plan, not training: then ranks start quickly
   * rather than run fast. Without C2 and vectors (which are slow before C2) a rank of a small GPT
   * took 2 s of its core to warm up, and 5 s with them.
   */
  private static final int CROWD = 4;

  private RankCommandLine() {}

  /** The command of each of {@code ranks} processes that gets the same arguments as this one. */
  static List<String> of(int ranks, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    if (ranks > CROWD * Runtime.getRuntime().availableProcessors()) {
      command.add("-XX:TieredStopAtLevel=1");
      command.add("-Dautopar.scalar=true");
    }
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    // The last word counts: what follows goes for ranks.
    command.add("-XX:MaxRAMPercentage=" + Math.max(LEAST_PERCENT, SHARED_PERCENT / ranks));
    command.add("-XX:+UseSerialGC");
    command.add("-XX:-UsePerfData");
    String classes = System.getProperty("java.class.path");
    // The archive of loaded classes is for one way of starting only.
    if (classes.endsWith(".jar") && !classes.contains(File.pathSeparator)) {
      command.addAll(List.of("-jar", classes));
    } else {
      command.addAll(List.of("-cp", classes, Autopar.class.getName()));
    }
    command.addAll(arguments);
    return command;
  }
}
