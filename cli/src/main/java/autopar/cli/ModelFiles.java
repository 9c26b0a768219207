package autopar.cli;

import autopar.diagnostics.RunFailure;
import autopar.diagnostics.Suggestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds model files: those of the user and those that ship with the project. */
final class ModelFiles {
  static final String SUFFIX = ".ir";

  private ModelFiles() {}

  /**
   * The file that {@code argument} means: a path; or a path below the home of autopar ({@code
   * models/opt-66b.ir}); or the name of a shipped model ({@code opt-66b}).
   *
   * @throws RunFailure if there is none, with the nearest name
   */
  static Path resolve(String argument) {
    try {
      List<Path> places =
          List.of(
              Path.of(argument),
              Home.path().resolve(argument),
              Home.models().resolve(argument),
              Home.models().resolve(argument + SUFFIX));
      for (Path place : places) {
        if (!argument.isEmpty() && Files.exists(place)) {
          return place;
        }
      }
    } catch (InvalidPathException e) {
      throw new RunFailure("'" + argument + "' is no path", e);
    }
    String name = stem(argument);
    throw new RunFailure(
        "there is no model '" + argument + "'",
        Suggestion.among(names(), name)
            .map(near -> "did you mean models/" + near + SUFFIX + "?")
            .orElse("autopar models lists those that ship with it"),
        null);
  }

  /** The names of the shipped models, sorted. */
  static List<String> names() {
    if (!Files.isDirectory(Home.models())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(Home.models())) {
      List<String> names =
          new ArrayList<>(
              files
                  .filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                  .map(file -> stem(file.toString()))
                  .toList());
      names.sort(NumberAwareOrder.INSTANCE);
      return names;
    } catch (IOException e) {
      throw new RunFailure("cannot list " + Home.models(), e);
    }
  }

  /** The file name without folder and suffix. */
  static String stem(String path) {
    Path file = Path.of(path).getFileName();
    String name = file == null ? path : file.toString();
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }
}
