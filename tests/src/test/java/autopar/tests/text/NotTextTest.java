package autopar.tests.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceFile;
import autopar.text.IncludeResolver;
import autopar.text.IrReader;
import autopar.text.SourceText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are no text at all, ten of each kind. */
final class NotTextTest {
  private static final String MODEL = "model m\nbatch dim batch = 8\ninput x : [batch, 4]\n";

  static Stream<String> empty() {
    return Stream.of(
        "",
        " ",
        "\n",
        "\n\n\n",
        "\t",
        "\r\n",
        "\f",
        "// only a comment",
        "// a\n\n// b\n",
        "\uFEFF");
  }

  @ParameterizedTest
  @MethodSource("empty")
  void emptyFiles(String text) {
    assertThat(refused(text.getBytes(StandardCharsets.UTF_8)).code()).isEqualTo("AP0605");
  }

  static Stream<byte[]> binary() {
    return IntStream.range(0, 10)
        .mapToObj(i -> {
          byte[] bytes = (i % 2 == 0 ? MODEL : "").repeat(i + 1).getBytes(StandardCharsets.UTF_8);
          bytes = Arrays.copyOf(bytes, bytes.length + 16 * (i + 1));
          return bytes;
        });
  }

  @ParameterizedTest
  @MethodSource("binary")
  void binaryFiles(byte[] bytes) {
    assertThat(refused(bytes).code()).isEqualTo("AP0603");
  }

  static Stream<byte[]> otherEncodings() {
    return Stream.of(
        bytes(0xff),
        bytes(0xc0, 0xaf),
        bytes(0xe9),
        bytes(0x80),
        bytes(0xed, 0xa0, 0x80),
        bytes(0xf5, 0x80, 0x80, 0x80),
        bytes(0xe2, 0x82),
        bytes(0xc3),
        bytes(0xfe),
        bytes(0xf0, 0x9f));
  }

  @ParameterizedTest
  @MethodSource("otherEncodings")
  void filesThatAreNotUtf8(byte[] wrong) {
    byte[] bytes = (MODEL + "// caf").getBytes(StandardCharsets.UTF_8);
    int length = bytes.length;
    bytes = Arrays.copyOf(bytes, length + wrong.length + 1);
    System.arraycopy(wrong, 0, bytes, length, wrong.length);
    bytes[bytes.length - 1] = '\n';

    Diagnostic d = refused(bytes);

    assertThat(d.code()).isEqualTo("AP0604");
    assertThat(d.span().line()).isEqualTo(4);
    assertThat(d.span().column()).isEqualTo(7);
  }

  static Stream<String> fillers() {
    return Stream.of(
        " ", "\n", "x", "(", "// comment\n", "let x = y\n", "dim a = 1\n", "\"", "$", MODEL);
  }

  @ParameterizedTest
  @MethodSource("fillers")
  void hugeFiles(String filler) {
    String text = filler.repeat(SourceText.MAX_BYTES / filler.length() + 1);

    assertThat(refused(text.getBytes(StandardCharsets.UTF_8)).code()).isEqualTo("AP0602");
  }

  @Test
  void aTextWithoutStatementsIsNoModel() {
    assertThatThrownBy(
            () -> IrReader.read(new SourceFile("m.ir", "$$$"), Map.of(), IncludeResolver.NONE))
        .isInstanceOf(InvalidInput.class);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static Diagnostic refused(byte[] bytes) {
    try {
      SourceFile file = SourceText.decode("m.ir", bytes);
      IrReader.read(file, Map.of(), IncludeResolver.NONE);
      throw new AssertionError("accepted");
    } catch (InvalidInput wrong) {
      List<Diagnostic> errors = wrong.diagnostics().stream().filter(Diagnostic::isError).toList();
      assertThat(errors).hasSize(1);
      assertThat(errors.get(0).span().exists()).isTrue();
      return errors.get(0);
    }
  }
}
