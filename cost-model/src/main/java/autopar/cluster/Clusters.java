package autopar.cluster;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.RunFailure;
import autopar.diagnostics.SourceFile;
import autopar.diagnostics.SourceSpan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The cluster files that ship with the project, and those of the user. */
public final class Clusters {
  /** The cluster that plans are made for unless another is asked for. */
  public static final String DEFAULT = "a800";

  private static final String SUFFIX = ".json";

  private Clusters() {}

  /**
   * The cluster {@code name}: one of {@link #names}, or the path of a file.
   *
   * @throws InvalidInput where there is none, or its file is wrong
   * @throws RunFailure where the file cannot be read
   */
  public static Cluster named(Path home, String name) {
    return ClusterReader.read(source(home, name));
  }

  /** The text of the cluster {@code name}, with the same failures as {@link #named}. */
  public static SourceFile source(Path home, String name) {
    Path file = name.endsWith(SUFFIX) ? Path.of(name) : folder(home).resolve(name + SUFFIX);
    if (!Files.isRegularFile(file)) {
      List<String> names = names(home);
      Diagnostic none = Diagnostic.error("AP0709", SourceSpan.NONE, "no cluster '" + name + "'");
      Optional<String> near = Spelling.nearest(name, names);
      throw new InvalidInput(
          none.withHint(
              near.isPresent()
                  ? "did you mean '" + near.get() + "'?"
                  : "known: " + String.join(", ", names) + ", or the path of a .json file"));
    }
    try {
      return new SourceFile(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new RunFailure("cannot read cluster file " + file, e);
    }
  }

  /** The names of the shipped clusters, sorted. */
  public static List<String> names(Path home) {
    try (Stream<Path> files = Files.list(folder(home))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(SUFFIX))
          .map(file -> file.substring(0, file.length() - SUFFIX.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new RunFailure("cannot list cluster files of " + folder(home), e);
    }
  }

  private static Path folder(Path home) {
    return home.resolve("models").resolve("clusters");
  }
}
