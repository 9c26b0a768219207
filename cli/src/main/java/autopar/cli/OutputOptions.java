package autopar.cli;

import picocli.CommandLine.Option;

/** The option that every verb with a result has. */
final class OutputOptions {
  @Option(
      names = "--format",
      paramLabel = "text|json",
      defaultValue = "text",
      description = "What stdout holds: text for people, or one JSON object and nothing else.")
  private OutputFormat format;

  boolean json() {
    return format == OutputFormat.JSON;
  }
}
