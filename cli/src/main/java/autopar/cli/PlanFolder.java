package autopar.cli;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.RunFailure;
import autopar.diagnostics.SourceFile;
import autopar.diagnostics.SourceSpan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The folder that a compilation leaves behind: plan.json and what later verbs need beside it. */
final class PlanFolder {
  static final String PLAN = "plan.json";
  static final String MODEL = "model.ir";
  static final String CLUSTER = "cluster.json";
  static final String SOURCE = "source.json";
  static final String REQUEST = "request.json";
  static final String REPORT = "report.html";

  private PlanFolder() {}

  /** The folder of a plan that is named by it or by its plan.json. */
  static Path of(String plan) {
    Path path = Path.of(plan);
    if (Files.isDirectory(path)) {
      return path;
    }
    Path parent = path.getParent();
    return parent == null ? Path.of("") : parent;
  }

  /** Does {@code argument} mean a plan: a folder that holds one, or a JSON file? */
  static boolean isPlan(String argument) {
    return argument.endsWith(".json") || Files.isRegularFile(Path.of(argument, PLAN));
  }

  /**
   * Refuses a target that must not be replaced, before any work is done.
   *
   * @throws InvalidInput if {@code folder} is a file, or a folder with something else than a plan
   */
  static void checkReplaceable(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw refused(folder + " exists and is no folder");
    }
    try (Stream<Path> entries = Files.list(folder)) {
      if (!Files.isRegularFile(folder.resolve(PLAN)) && entries.findAny().isPresent()) {
        throw refused(folder + " exists and holds no plan; it will not be replaced");
      }
    } catch (IOException | UncheckedIOException e) {
      throw new RunFailure("cannot look into " + folder + ": " + reason(e), e);
    }
  }

  /** All that later verbs need of a plan: name to text. */
  static Map<String, String> files(String planJson, ResolvedModel model, SourceFile cluster) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put(PLAN, planJson);
    files.put(MODEL, model.text());
    files.put(CLUSTER, cluster.text());
    files.put(SOURCE, model.source().write());
    return files;
  }

  /**
   * Makes {@code folder} hold exactly {@code files} (name to text), in one step: whoever reads it
   * sees the old content or the new one.
   *
   * @throws RunFailure if the files cannot be written; the old folder is then untouched
   */
  static void replace(Path folder, Map<String, String> files) {
    Path target = folder.toAbsolutePath().normalize();
    Path fresh = null;
    try {
      Path parent = target.getParent();
      Files.createDirectories(parent);
      fresh = Files.createTempDirectory(parent, "." + target.getFileName() + ".");
      fresh.toFile().setReadable(true, false);
      fresh.toFile().setExecutable(true, false);
      for (Map.Entry<String, String> file : files.entrySet()) {
        Files.writeString(fresh.resolve(file.getKey()), file.getValue());
      }
      if (Files.exists(target)) {
        exchange(fresh, target);
      } else {
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      throw new RunFailure("cannot write " + folder + ": " + reason(e), e);
    } finally {
      if (fresh != null) {
        delete(fresh);
      }
    }
  }

  private static void exchange(Path fresh, Path target) throws IOException {
    if (FolderExchange.swap(fresh, target)) {
      return;
    }
    Path old = fresh.resolveSibling(fresh.getFileName() + ".old");
    Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    try {
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      throw e;
    }
    delete(old);
  }

  /** Removes a folder; what cannot be removed stays, hidden and harmless. */
  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      folder.toFile().deleteOnExit();
    }
  }

  private static InvalidInput refused(String message) {
    return new InvalidInput(
        Diagnostic.error("AP0804", SourceSpan.NONE, message)
            .withHint("name another folder with -o"));
  }

  /** The reason of a failure without the path, which the message has already. */
  static String reason(Exception e) {
    return e.getClass().getSimpleName().replace("Exception", "")
        + (e.getMessage() == null ? "" : " " + e.getMessage());
  }
}
