package io.silverspark.model.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.error.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of the folder {@code torch} were written by torch 2.13.0. */
class TorchCheckpointTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"zip.bin", "legacy.bin"})
  void read_everyKindOfTensor_givesItsNumbers(String name) throws IOException {
    Map<String, TensorData> read = TorchCheckpoint.read(resource(name));
    Map<String, TensorData> expected = new LinkedHashMap<>();
    expected.put("plain", TensorData.ofFloats(new float[] {1.5f, -2, 3, 4.25f}, 2, 2));
    expected.put(
        "transposed",
        TensorData.ofFloats(
            new float[] {
              0, 6, 12, 18, 1, 7, 13, 19, 2, 8, 14, 20, 3, 9, 15, 21, 4, 10, 16, 22, 5, 11, 17, 23
            },
            6,
            4));
    expected.put("slice", TensorData.ofFloats(new float[] {8, 9, 10, 14, 15, 16}, 2, 3));
    expected.put(
        "stepped",
        TensorData.ofFloats(new float[] {0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22}, 4, 3));
    expected.put("tied", expected.get("plain"));
    expected.put("parameter", TensorData.ofFloats(new float[] {0.5f, 0.25f}, 2));
    expected.put("half", tensor(TensorType.F16, 0x00, 0x3c, 0x00, 0xb8));
    expected.put("bfloat16", tensor(TensorType.BF16, 0x80, 0x3f, 0x40, 0xc0));
    expected.put("double", tensor(TensorType.F64, 0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0x3f));
    expected.put("long", longs(new long[] {3}, 0, 1, 2));
    expected.put("int", tensor(TensorType.I32, 7, 0, 0, 0));
    expected.put("bool", tensor(TensorType.BOOL, 1, 0));
    expected.put("scalar", TensorData.ofFloats(new float[] {2.5f}));
    expected.put("empty", TensorData.ofFloats(new float[0], 0, 3));
    expected.put("positions", longs(new long[] {1, 5}, 0, 1, 2, 3, 4));
    expected.put("linear.weight", TensorData.ofFloats(new float[] {1, 1}, 1, 2));
    expected.put("linear.bias", TensorData.ofFloats(new float[] {1}, 1));
    assertThat(read).isEqualTo(expected);
    assertThat(read.keySet()).containsExactlyElementsOf(expected.keySet());
    assertThat(read.get("tied")).isSameAs(read.get("plain"));
  }

  @ParameterizedTest
  @CsvSource({
    "attack-zip.bin,posix.system",
    "attack-legacy.bin,posix.system",
    "module.bin,torch.nn.modules.linear.Linear"
  })
  void read_anythingButTensors_isRefusedByNameAndNeverRun(String name, String global)
      throws IOException {
    Path file = resource(name);
    assertThatThrownBy(() -> TorchCheckpoint.read(file))
        .isInstanceOf(UserException.class)
        .hasMessage(
            file
                + " refers to '"
                + global
                + "', which is not allowed: only tensors of a state dictionary are read, no class"
                + " is loaded and no code is run");
    assertThat(Path.of("attacked")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip.bin", "legacy.bin"})
  void read_truncated_isRefusedAtEveryLength(String name) throws IOException {
    byte[] whole = Files.readAllBytes(resource(name));
    Path file = folder.resolve("cut.bin");
    for (int length = 0; length < whole.length; length += 3) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> TorchCheckpoint.read(file))
          .isInstanceOf(UserException.class)
          .hasMessageContaining(file.toString())
          .hasMessageNotContaining("\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip.bin", "legacy.bin"})
  void read_damagedBytes_areReadOrRefused(String name) throws IOException {
    byte[] whole = Files.readAllBytes(resource(name));
    Random random = new Random(7);
    Path file = folder.resolve("damaged.bin");
    int refused = 0;
    for (int i = 0; i < 1500; i++) {
      byte[] damaged = whole.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, damaged);
      try {
        TorchCheckpoint.read(file);
      } catch (UserException e) {
        refused++; // anything else fails the test
      }
    }
    assertThat(refused).isGreaterThan(300);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2147483647, 2147483647 | 0, 0 | tensor 'w' has sizes [2147483647, 2147483647], strides [0, 0] and offset 0, which do not lie within its storage of 2 numbers
          3 | 0 | tensor 'w' has sizes [3], strides [0] and offset 0, which do not lie within its storage of 2 numbers
          2 | 2 | tensor 'w' has sizes [2], strides [2] and offset 0, which do not lie within its storage of 2 numbers
          2, 1 | 1 | builds a tensor from something other than a storage, an offset, sizes and strides
          """)
  void read_viewBeyondItsStorage_isRefusedWithoutItsMemory(
      String sizes, String strides, String message) throws IOException {
    Path file = zip(pickle(2, sizes, strides), new byte[8], false);
    assertThatThrownBy(() -> TorchCheckpoint.read(file))
        .isInstanceOf(UserException.class)
        .hasMessage(file + ": " + message);
  }

  @Test
  void read_storageLargerThanTheFile_isRefused() throws IOException {
    Path file = zip(pickle(500_000_000, "500000000", "1"), new byte[8], false);
    assertThatThrownBy(() -> TorchCheckpoint.read(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("do not lie within its storage of 500000000 numbers");
  }

  @Test
  void read_compressedEntries_areRefused() throws IOException {
    Path file = zip(pickle(2, "2", "1"), new byte[8], true);
    assertThatThrownBy(() -> TorchCheckpoint.read(file))
        .isInstanceOf(UserException.class)
        .hasMessage(
            file + ": holds 'model/data.pkl' compressed, expected it stored as torch.save does");
    assertThat(TorchCheckpoint.read(zip(pickle(2, "2", "1"), new byte[8], false)))
        .containsEntry("w", TensorData.ofFloats(new float[2], 2));
  }

  @Test
  void read_otherFiles_areRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("lfs"), "version https://git-lfs.github.com");
    assertThatThrownBy(() -> TorchCheckpoint.read(text))
        .isInstanceOf(UserException.class)
        .hasMessage(
            text
                + " is not a saved state dictionary: it has opcode 0x76 at byte 0, which no"
                + " state dictionary needs");
    assertThatThrownBy(() -> TorchCheckpoint.read(folder.resolve("none")))
        .isInstanceOf(UserException.class)
        .hasMessage(folder.resolve("none") + " is missing");
  }

  private Path resource(String name) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = TorchCheckpointTest.class.getResourceAsStream("torch/" + name)) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  private static TensorData tensor(TensorType type, int... bytes) {
    ByteBuffer data = ByteBuffer.allocate(bytes.length);
    for (int each : bytes) {
      data.put((byte) each);
    }
    return new TensorData(type, new long[] {bytes.length / type.bytes()}, data.flip());
  }

  private static TensorData longs(long[] shape, long... values) {
    ByteBuffer data =
        ByteBuffer.allocate(Long.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asLongBuffer().put(values);
    return new TensorData(TensorType.I64, shape, data);
  }

  /** A dictionary of one float tensor 'w'. */
  private static byte[] pickle(int count, String sizes, String strides) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x80, 2, '}'});
    text(out, "w");
    out.write("ctorch._utils\n_rebuild_tensor_v2\n((".getBytes(StandardCharsets.US_ASCII));
    text(out, "storage");
    out.write("ctorch\nFloatStorage\n".getBytes(StandardCharsets.US_ASCII));
    text(out, "0");
    text(out, "cpu");
    number(out, count);
    out.write("tQ".getBytes(StandardCharsets.US_ASCII));
    number(out, 0);
    tuple(out, sizes);
    tuple(out, strides);
    out.write("tRs.".getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  private static void tuple(ByteArrayOutputStream out, String numbers) throws IOException {
    out.write('(');
    for (String each : numbers.split(", ")) {
      number(out, Integer.parseInt(each));
    }
    out.write('t');
  }

  private static void number(ByteArrayOutputStream out, int value) throws IOException {
    out.write('J');
    out.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  private static void text(ByteArrayOutputStream out, String text) throws IOException {
    out.write(new byte[] {'X', (byte) text.length(), 0, 0, 0});
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private Path zip(byte[] pickle, byte[] storage, boolean compressed) throws IOException {
    Path file = folder.resolve("made.bin");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      put(zip, "model/data.pkl", pickle, compressed);
      put(zip, "model/data/0", storage, compressed);
    }
    return file;
  }

  private static void put(ZipOutputStream zip, String name, byte[] content, boolean compressed)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(compressed ? ZipEntry.DEFLATED : ZipEntry.STORED);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
