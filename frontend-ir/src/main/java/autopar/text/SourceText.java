package autopar.text;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceFile;
import autopar.diagnostics.SourceSpan;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** From bytes to text: refuses what cannot be a model before anything looks at it closely. */
public final class SourceText {

  /** The largest file that is read: 16 MiB. */
  public static final int MAX_BYTES = 16 << 20;

  private SourceText() {}

  /**
   * The text of a file, without its byte-order mark.
   *
   * @throws InvalidInput if it is larger than {@link #MAX_BYTES}, binary or not UTF-8
   */
  public static SourceFile decode(String name, byte[] bytes) {
    SourceFile nameless = new SourceFile(name, "");
    if (bytes.length > MAX_BYTES) {
      throw tooLarge(nameless);
    }
    for (byte b : bytes) {
      if (b == 0) {
        throw wrong("AP0603", nameless.span(0, 0), "this is a binary file");
      }
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(in, out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      SourceFile readable = new SourceFile(name, text);
      throw wrong(
          "AP0604",
          readable.span(text.length(), text.length()),
          "the file is not UTF-8: byte 0x%02X at offset %d"
              .formatted(bytes[in.position()] & 0xff, in.position()));
    }
    return new SourceFile(name, text.startsWith("\uFEFF") ? text.substring(1) : text);
  }

  /**
   * The same refusals for text that is decoded already.
   *
   * @throws InvalidInput if it is larger than {@link #MAX_BYTES} or binary
   */
  static void check(SourceFile file) {
    if (file.text().length() > MAX_BYTES) {
      throw tooLarge(file);
    }
    int zero = file.text().indexOf('\0');
    if (zero >= 0) {
      throw wrong("AP0603", file.span(zero, zero), "this is a binary file");
    }
  }

  private static InvalidInput tooLarge(SourceFile file) {
    return wrong("AP0602", file.span(0, 0), "the file is larger than 16 MiB");
  }

  private static InvalidInput wrong(String code, SourceSpan span, String message) {
    return new InvalidInput(Diagnostic.error(code, span, message));
  }
}
