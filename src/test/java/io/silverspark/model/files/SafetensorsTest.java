package io.silverspark.model.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  @TempDir private Path folder;

  @Test
  void read_whatWasWritten_isEqual() throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put("b", TensorData.ofFloats(new float[] {1, -2.5f, Float.NaN, 0, 3, 4}, 2, 3));
    tensors.put("scalar", TensorData.ofFloats(new float[] {7}));
    tensors.put("empty", TensorData.ofFloats(new float[0], 0, 5));
    tensors.put("größe", new TensorData(TensorType.U8, new long[] {3}, ByteBuffer.allocate(3)));
    tensors.put("a", new TensorData(TensorType.I64, new long[] {2}, ByteBuffer.allocate(16)));
    Path file = folder.resolve("model.safetensors");
    Safetensors.write(file, tensors, Map.of("format", "pt"));

    Map<String, TensorData> read = Safetensors.read(file);
    assertThat(read).isEqualTo(tensors);
    assertThat(read.keySet()).startsWith("b", "scalar");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.getLong() % 8).isZero();
    try (var entries = Files.list(folder)) {
      assertThat(entries).containsExactly(file);
    }
  }

  @Test
  void read_headerWrittenByHand_givesItsTensors() throws IOException {
    Path file =
        write("{'x':{'dtype':'BF16','shape':[2],'data_offsets':[0,4]}}", 0x80, 0x3f, 0, 0xc0);
    assertThat(Safetensors.read(file).get("x").floats()).containsExactly(1, -2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          [0,9] | F32 | [2] | tensor 'x': its data_offsets span 9 bytes, expected 8 for F32[2]
          [0,8] | F32 | [3] | tensor 'x': its data_offsets span 8 bytes, expected 12 for F32[3]
          [0,16]| F32 | [4] | tensor 'x': its data ends at byte 16, expected at most 8
          [4,8] | F32 | [1] | tensor 'x': its data begins at byte 4 and leaves a gap before it
          [8,0] | F32 | [2] | tensor 'x': data_offsets is [8, 0], expected [begin, end], ascending
          [0]   | F32 | [2] | tensor 'x': data_offsets is [0], expected [begin, end], ascending
          [-8,0]| F32 | [2] | tensor 'x': data_offsets is [-8,0], expected an array of whole numbers
          7     | F32 | [2] | tensor 'x': data_offsets is 7, expected an array of whole numbers
          [0,8] | F32 |[2.0]| tensor 'x': shape is [2.0], expected an array of whole numbers
          [0,8] | F32 | [-2]| tensor 'x': shape is [-2], expected an array of whole numbers
          [0,8] | F31 | [2] | tensor 'x': dtype is "F31", expected one of [BOOL, U8,
          [0,4] | F32 | [1] | has 8 bytes of data, expected 4, which its header lists
          [0,8] | F32 |[4611686018427387904,4]| expected less than 2^63 bytes
          """)
  void read_wrongEntry_namesFileTensorFoundAndAllowed(
      String offsets, String type, String shape, String message) throws IOException {
    String entry = "{'x':{'dtype':'%s','shape':%s,'data_offsets':%s}}";
    Path file = write(entry.formatted(type, shape, offsets), new int[8]);
    assertRefused(file, message);
  }

  @Test
  void read_overlappingTensors_namesTheSecond() throws IOException {
    String entries =
        "{'x':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},"
            + "'y':{'dtype':'U8','shape':[4],'data_offsets':[2,6]}}";
    assertRefused(
        write(entries, new int[6]),
        "tensor 'y': its data begins at byte 2 and overlaps the one before, expected byte 4");
  }

  @Test
  void read_tensorNamedTwice_isRefused() throws IOException {
    String entry = "'x':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}";
    assertRefused(
        write("{" + entry + "," + entry + "}", new int[4]),
        "the header is not valid JSON: Duplicate field 'x'");
  }

  @Test
  void read_headerThatIsNoObject_isRefused() throws IOException {
    assertRefused(write("[1]"), "the header holds a JSON array, expected an object");
    assertRefused(write("{'x':"), "the header is not valid JSON");
    assertRefused(write("{} {}"), "the header is not valid JSON");
    assertRefused(write(""), "the header");
  }

  @Test
  void read_truncatedFile_isRefusedAtEveryLength() throws IOException {
    Path file = folder.resolve("whole.safetensors");
    Safetensors.write(file, Map.of("x", TensorData.ofFloats(new float[] {1, 2}, 2)), Map.of());
    byte[] whole = Files.readAllBytes(file);
    Path cut = folder.resolve("cut.safetensors");
    for (int length = 0; length < whole.length; length++) {
      Files.write(cut, Arrays.copyOf(whole, length));
      assertRefused(cut, "cut.safetensors");
    }
  }

  @Test
  void read_headerLargerThanTheFile_saysBothSizes() throws IOException {
    Path file = folder.resolve("x.safetensors");
    for (long claimed : new long[] {9, 1L << 40, Long.MAX_VALUE, -1}) {
      ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(claimed);
      Files.write(file, bytes.array());
      assertRefused(
          file,
          "the header claims %s bytes, expected at most 8 (the file has 16)"
              .formatted(Long.toUnsignedString(claimed)));
    }
  }

  @Test
  void read_missingFile_saysSo() {
    assertRefused(folder.resolve("none.safetensors"), "none.safetensors is missing");
  }

  @Test
  void write_metadataInAnyOrder_givesEqualBytes() throws IOException {
    Map<String, TensorData> tensors = Map.of("a", TensorData.ofFloats(new float[] {1}));
    Map<String, String> rising = new LinkedHashMap<>();
    rising.put("format", "pt");
    rising.put("version", "2");
    Map<String, String> falling = new LinkedHashMap<>();
    falling.put("version", "2");
    falling.put("format", "pt");
    Safetensors.write(folder.resolve("rising"), tensors, rising);
    Safetensors.write(folder.resolve("falling"), tensors, falling);

    assertThat(folder.resolve("falling")).hasSameBinaryContentAs(folder.resolve("rising"));
  }

  @Test
  void write_intoMissingFolder_leavesNothing() {
    Path file = folder.resolve("none").resolve("x.safetensors");
    assertThatThrownBy(() -> Safetensors.write(file, Map.of(), Map.of()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("x.safetensors cannot be written");
    assertThat(folder).isEmptyDirectory();
  }

  private static void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("\n");
  }

  private Path write(String header, int... data) throws IOException {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + data.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json);
    for (int value : data) {
      bytes.put((byte) value);
    }
    return Files.write(folder.resolve("x.safetensors"), bytes.array());
  }
}
