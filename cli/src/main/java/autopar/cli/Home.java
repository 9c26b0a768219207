package autopar.cli;

import java.nio.file.Path;

/** The folder that holds the shipped models and clusters. */
final class Home {
  private Home() {}

  /** What the launcher says, or else the working directory. */
  static Path path() {
    return Path.of(System.getProperty("autopar.home", "."));
  }

  static Path models() {
    return path().resolve("models");
  }
}
