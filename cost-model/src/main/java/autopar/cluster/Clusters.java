package autopar.cluster;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.Diagnostics;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.RunFailure;
import autopar.diagnostics.SourceFile;
import autopar.diagnostics.SourceSpan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
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

  /**
   * The text of the cluster {@code name}, with the same failures as {@link #named}. Hosts that it
   * takes from other files stand in it, so that it can be read without them.
   */
  public static SourceFile source(Path home, String name) {
    SourceFile file = text(home, Path.of(""), name, SourceSpan.NONE, "AP0709");
    Path folder = Path.of(file.name()).toAbsolutePath().getParent();
    Diagnostics diagnostics = new Diagnostics();
    GroupReferences references =
        new GroupReferences(
            other -> text(home, folder, other.text(), other.span(), "AP0711"), diagnostics);
    PlacedJson.Fields resolved = references.resolved(ClusterReader.fields(file));
    if (diagnostics.hasErrors() || references.found()) {
      ClusterReader.read(resolved, diagnostics);
      return new SourceFile(file.name(), resolved.json());
    }
    return file;
  }

  /** The file of a shipped cluster, or one whose path is given as seen from {@code folder}. */
  private static SourceFile text(
      Path home, Path folder, String name, SourceSpan place, String code) {
    Optional<Path> found = path(home, folder, name).filter(Files::isRegularFile);
    if (found.isEmpty()) {
      List<String> names = names(home);
      Diagnostic none = Diagnostic.error(code, place, "no cluster '" + name + "'");
      Optional<String> near = Spelling.nearest(name, names);
      throw new InvalidInput(
          none.withHint(
              near.isPresent()
                  ? "did you mean '" + near.get() + "'?"
                  : "known: " + String.join(", ", names) + ", or the path of a .json file"));
    }
    Path file = found.get();
    try {
      return new SourceFile(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new RunFailure("cannot read cluster file " + file, e);
    }
  }

  /** Nothing where {@code name} cannot be the name of a file. */
  private static Optional<Path> path(Path home, Path folder, String name) {
    try {
      return Optional.of(
          name.endsWith(SUFFIX) ? folder.resolve(name) : folder(home).resolve(name + SUFFIX));
    } catch (InvalidPathException notOne) {
      return Optional.empty();
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
