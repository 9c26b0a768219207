package autopar.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.diagnostics.RunFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SafetensorsTest {

  private static final String W = "'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}";

  @TempDir Path folder;

  @Test
  void theBytesAreThoseOfTheFormat() throws IOException {
    Path file = folder.resolve("golden.safetensors");
    FileDigest digest =
        SafetensorsWriter.write(
            file,
            List.of(
                new SafetensorsEntry.Floats(
                    "b", StoredDtype.BF16, List.of(2L), new float[] {1, -0.5f}),
                new SafetensorsEntry.Floats(
                    "a", StoredDtype.F32, List.of(1L, 2L), new float[] {1, -2}),
                new SafetensorsEntry.Longs("n", List.of(), new long[] {258})),
            Map.of("format", "pt"));
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"n\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[8,16]},"
            + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[16,20]}}    ";
    byte[] bytes = Files.readAllBytes(file);
    HexFormat hex = HexFormat.of();
    assertThat(hex.formatHex(bytes, 0, 8)).isEqualTo("c800000000000000");
    assertThat(new String(bytes, 8, 0xc8, StandardCharsets.UTF_8)).isEqualTo(header);
    assertThat(hex.formatHex(bytes, 8 + 0xc8, bytes.length))
        .isEqualTo("0201000000000000" + "0000803f000000c0" + "803f00bf");
    assertThat(digest).isEqualTo(FileDigest.of(file));
    assertThat(digest.size()).isEqualTo(bytes.length);
  }

  @Test
  void theChecksumIsThatOfCastagnoli() throws IOException {
    Path file = Files.writeString(folder.resolve("check"), "123456789");
    assertThat(FileDigest.of(file)).isEqualTo(new FileDigest(9, "e3069283"));
  }

  @Test
  void filesOfOtherToolsAreRead() {
    Path file =
        file(
            "{'z':{'dtype':'F16','shape':[1,2],'data_offsets':[5,9]},"
                + "'u':{'shape':[5],'extra':{'x':[]},'dtype':'U8','data_offsets':[0,5]},"
                + "'none':{'dtype':'F64','shape':[3,0],'data_offsets':[5,5]}}\n",
            "0102030405" + "003c00c0");
    SafetensorsReader reader = SafetensorsReader.open(file);
    assertThat(reader.tensors())
        .extracting(SafetensorsTensor::name)
        .containsExactly("u", "none", "z");
    assertThat(reader.floats("z")).containsExactly(1, -2);
    assertThat(reader.metadata()).isEmpty();
    assertThatThrownBy(() -> reader.floats("u"))
        .isInstanceOf(RunFailure.class)
        .hasMessageContaining("'u' is U8, which is not read as floats");
    assertThatThrownBy(() -> reader.longs("z")).hasMessageContaining("'z' is F16, not I64");
    assertThatThrownBy(() -> reader.floats("y")).hasMessageContaining("no tensor 'y'");
  }

  @Test
  void whatIsWrittenComesBackWhateverItsNameSizeOrShape() {
    float[] large = new float[(1 << 20) + 300_001];
    long[] integers = new long[600_007];
    for (int i = 0; i < large.length; i++) {
      large[i] = Float.intBitsToFloat(i * 0x9E3779B9);
    }
    Arrays.setAll(integers, i -> i * 0x9E3779B97F4A7C15L);
    List<String> names = List.of("", "λ \"quoted\" \\ \u0000\n", "重み🦜", "\uFFFF", "a@0,1");
    Path file = folder.resolve("names.safetensors");
    List<SafetensorsEntry> entries =
        List.of(
            new SafetensorsEntry.Floats(
                names.get(0), StoredDtype.F32, List.of((long) large.length), large),
            new SafetensorsEntry.Longs(names.get(1), List.of(1L, 600_007L), integers),
            new SafetensorsEntry.Floats(names.get(2), StoredDtype.F32, List.of(), new float[] {7}),
            new SafetensorsEntry.Floats(
                names.get(3), StoredDtype.BF16, List.of(3L), new float[] {1, 2, 1.00390625f}),
            new SafetensorsEntry.Floats(
                names.get(4), StoredDtype.F32, List.of(5L, 0L), new float[0]));
    SafetensorsWriter.write(file, entries, Map.of("ключ", "значение\n"));
    SafetensorsReader reader = SafetensorsReader.open(file);
    assertThat(reader.tensors())
        .extracting(SafetensorsTensor::name)
        .containsExactlyInAnyOrderElementsOf(names);
    float[] back = reader.floats(names.get(0));
    for (int i = 0; i < large.length; i++) {
      if (Float.floatToRawIntBits(back[i]) != Float.floatToRawIntBits(large[i])) {
        throw new AssertionError("value " + i);
      }
    }
    assertThat(reader.longs(names.get(1))).isEqualTo(integers);
    assertThat(reader.floats(names.get(2))).containsExactly(7);
    assertThat(reader.floats(names.get(3))).containsExactly(1, 2, 1);
    assertThat(reader.floats(names.get(4))).isEmpty();
    assertThat(reader.metadata()).containsExactly(Map.entry("ключ", "значение\n"));
    for (SafetensorsTensor tensor : reader.tensors()) {
      assertThat(tensor.begin() % tensor.dtype().bytes()).isZero();
    }
  }

  @Test
  void namesThatNoReaderCouldTellApartAreRefused() {
    assertRefused("__metadata__");
    assertRefused("a\uD83E");
    SafetensorsEntry w =
        new SafetensorsEntry.Floats("w", StoredDtype.F32, List.of(0L), new float[0]);
    assertThatThrownBy(() -> SafetensorsWriter.write(folder.resolve("x"), List.of(w, w), Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(folder.resolve("x")).doesNotExist();
  }

  private void assertRefused(String name) {
    SafetensorsEntry entry = new SafetensorsEntry.Longs(name, List.of(), new long[1]);
    assertThatThrownBy(() -> SafetensorsWriter.write(folder.resolve("x"), List.of(entry), Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Headers for 8 bytes of data, and what is wrong with them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                                                            | byte 8: a header begins with '{'
          {'w':}                                                        | byte 13: the header is no JSON
          {} x                                                          | byte 11: the header is no JSON
          {W,W}                                                         | Duplicate field 'w'
          {}                                                            | 8 bytes follow the last tensor
          {'w':1}                                                       | tensor 'w': no known dtype
          {'w':{'dtype':'F31','shape':[2],'data_offsets':[0,8]}}        | tensor 'w': no known dtype: "F31"
          {'w':{'dtype':'F32','data_offsets':[0,8]}}                    | tensor 'w': shape is no list
          {'w':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}       | tensor 'w': shape holds -2
          {'w':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}}      | tensor 'w': shape holds 2.0
          {'w':{'dtype':'F32','shape':[1e1],'data_offsets':[0,8]}}      | tensor 'w': shape holds 10
          {'w':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}        | hold 8 bytes, but F32 [3] takes 12
          {'w':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,8]}} | shape holds 99999999999999999999
          {'w':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,8]}} | is too large
          {'w':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}        | data_offsets [8, 0] are no range
          {'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8,8]}}      | data_offsets [0, 8, 8] are no range
          {'w':{'dtype':'F32','shape':[2],'data_offsets':[1,9]}}        | tensor 'w': ends at byte 9 of the data
          {'w':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}        | tensor 'w': begins at byte 4 of the data, but the one before it ends at 0
          {W,'v':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}      | tensor 'v': begins at byte 4 of the data, but the one before it ends at 8
          {'w':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}        | 4 bytes follow the last tensor
          {'__metadata__':[],W}                                         | its metadata is no object
          {'__metadata__':{'a':1},W}                                    | 'a' of its metadata is no string
          """)
  void aHeaderThatBreaksTheFormatIsRefusedWithItsPlace(String header, String message) {
    Path file = file(header.replace("W", W), "0000000000000000");
    assertThatThrownBy(() -> SafetensorsReader.open(file))
        .isInstanceOf(RunFailure.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void lengthsThatLieAreRefusedBeforeAnythingIsAllocated() throws IOException {
    assertDamaged("", "0 bytes are too few");
    assertDamaged("01000000000000", "7 bytes are too few");
    assertDamaged("ffffffffffffffff", "a header of 18446744073709551615 bytes");
    assertDamaged("01e1f50500000000", "a header of 100000001 bytes, more than 100000000");
    assertDamaged("0300000000000000" + "7b7d", "a header of 3 bytes in a file of 10");
    assertDamaged("0200000000000000" + "7bff", "not UTF-8");
    assertThatThrownBy(() -> SafetensorsReader.open(folder.resolve("absent")))
        .isInstanceOf(RunFailure.class)
        .hasMessageContaining("NoSuchFile");
  }

  @Test
  void aFileThatShrinksAfterItWasOpenedIsAFailureOfTheWorld() throws IOException {
    Path file = file("{" + W + "}", "0000000000000000");
    SafetensorsReader reader = SafetensorsReader.open(file);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> reader.floats("w"))
        .isInstanceOf(RunFailure.class)
        .hasMessageContaining("became shorter");
  }

  private void assertDamaged(String hex, String message) throws IOException {
    Path file = Files.write(folder.resolve("damaged"), HexFormat.of().parseHex(hex));
    assertThatThrownBy(() -> SafetensorsReader.open(file))
        .isInstanceOf(RunFailure.class)
        .hasMessageContaining(message);
  }

  /** A file made by hand; apostrophes stand for quotes. */
  private Path file(String header, String dataHex) {
    byte[] text = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    byte[] data = HexFormat.of().parseHex(dataHex);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(text.length).put(text).put(data);
    try {
      return Files.write(folder.resolve("made.safetensors"), bytes.array());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
