package autopar.text;

import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.RunFailure;
import autopar.diagnostics.SourceFile;

/** Finds the file that {@code include "path"} means. */
@FunctionalInterface
public interface IncludeResolver {

  /** For text that stands alone. */
  IncludeResolver NONE =
      (from, path) -> {
        throw new RunFailure("this text cannot include files");
      };

  /**
   * The file at {@code path} seen from {@code from}; the same file always has the same name.
   *
   * @throws RunFailure when there is none or it cannot be read
   * @throws InvalidInput when it is no text
   */
  SourceFile resolve(SourceFile from, String path);
}
