package autopar.tests.run;

import autopar.cli.Autopar;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A small model, planned by the command line. */
final class TinyPlan {
  private static final List<String> SIZES =
      List.of("layers=2", "hidden=16", "heads=2", "seq=8", "vocab=32", "batch=8");

  private TinyPlan() {}

  /**
   * Plans a GPT of two layers for {@code devices} devices.
   *
   * @param forced decisions, as for {@code --force}
   * @return {@code folder}
   */
  static Path make(Path folder, int devices, String forced) {
    return make(folder, "gpt", SIZES, devices, forced);
  }

  /** The same of another family; {@code sizes} as for {@code --set}. */
  static Path make(Path folder, String family, List<String> sizes, int devices, String forced) {
    Path model = Path.of(System.getProperty("autopar.home"), "models", family + ".ir");
    List<String> line = new ArrayList<>(List.of("compile", model.toString()));
    sizes.forEach(size -> line.addAll(List.of("--set", size)));
    line.addAll(List.of("--devices", Integer.toString(devices), "--precision", "fp32"));
    line.addAll(List.of("--force", forced, "-o", folder.toString()));
    autopar(line);
    return folder;
  }

  /** What the command prints when it runs in this process. */
  static String autopar(List<String> line) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Autopar.run(
            new PrintWriter(out, true), new PrintWriter(err, true), line.toArray(String[]::new));
    if (exitCode != 0) {
      throw new IllegalStateException(line + " gives " + exitCode + ": " + err);
    }
    return out.toString();
  }
}
