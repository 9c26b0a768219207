package autopar.cli;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.RunFailure;
import autopar.diagnostics.SourceFile;
import autopar.diagnostics.SourceSpan;
import autopar.text.SourceText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads text files. */
final class SourceFiles {
  private SourceFiles() {}

  /**
   * The text of {@code path}, called {@code name} in messages.
   *
   * @throws InvalidInput if it is a folder, too large, binary or not UTF-8
   * @throws RunFailure if it cannot be read
   */
  static SourceFile read(Path path, String name) {
    if (Files.isDirectory(path)) {
      SourceSpan nameless = new SourceFile(name, "").span(0, 0);
      throw new InvalidInput(Diagnostic.error("AP0601", nameless, "this is a folder"));
    }
    try (InputStream in = Files.newInputStream(path)) {
      return SourceText.decode(name, in.readNBytes(SourceText.MAX_BYTES + 1));
    } catch (NoSuchFileException e) {
      throw new RunFailure("there is no file " + name, e);
    } catch (AccessDeniedException e) {
      throw new RunFailure("cannot read " + name + ": permission denied", e);
    } catch (IOException e) {
      throw new RunFailure("cannot read " + name + ": " + e.getMessage(), e);
    }
  }
}
