package io.silverspark.model.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardRunTest {
  @TempDir Path directory;

  @Test
  void events_readBack_holdStepsTagsAndValues() throws IOException {
    try (TensorBoardRun run = TensorBoardRun.open(directory)) {
      run.parameters(Map.of("train.batchSize", "32", "odd", "a|b"));
      run.resumeAt(7);
      run.scalar("train/loss", 7, 0.713);
      run.scalar("train/loss", 8, Double.NaN);
      run.scalar("eval/spearman_cosine", 300, 0.5);
      run.finish(RunTracker.Status.FINISHED);
    }

    List<UnknownFieldSet> events = events(onlyFile());
    assertThat(events).hasSize(5);
    assertThat(text(events.get(0).getField(3))).isEqualTo("brain.Event:2");
    double wall = Double.longBitsToDouble(events.get(0).getField(1).getFixed64List().get(0));
    assertThat(wall).isCloseTo(System.currentTimeMillis() / 1e3, within(600.0));

    UnknownFieldSet settings = value(events.get(1));
    assertThat(text(settings.getField(1))).isEqualTo("parameters/text_summary");
    UnknownFieldSet tensor = message(settings.getField(8));
    assertThat(tensor.getField(1).getVarintList()).containsExactly(7L);
    assertThat(text(tensor.getField(8))).contains("| train.batchSize | 32 |", "a\\|b");
    assertThat(text(message(message(settings.getField(9)).getField(1)).getField(1)))
        .isEqualTo("text");

    assertThat(step(events.get(2))).isEqualTo(7);
    assertThat(message(events.get(2).getField(7)).getField(1).getVarintList()).containsExactly(1L);

    assertThat(step(events.get(3))).isEqualTo(7);
    assertThat(text(value(events.get(3)).getField(1))).isEqualTo("train/loss");
    assertThat(simpleValue(events.get(3))).isEqualTo(0.713f);
    assertThat(step(events.get(4))).isEqualTo(300);
    assertThat(simpleValue(events.get(4))).isEqualTo(0.5f);
  }

  /** Of the nine digits CRC-32C is 0xE3069283; the format turns it right by 15 and adds. */
  @Test
  void checksum_ofTheNineDigits_isTheKnownOneMasked() {
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);

    int masked = EventRecord.checksum(digits, digits.length);

    assertThat(Integer.toHexString(masked)).isEqualTo(Integer.toHexString(masked(0xE3069283)));
    assertThat(Integer.toUnsignedLong(masked))
        .isEqualTo(
            ((0xE3069283L >>> 15 | 0xE3069283L << 17 & 0xFFFFFFFFL) + 0xa282ead8L) % (1L << 32));
  }

  private static int masked(int crc) {
    return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  }

  private Path onlyFile() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      assertThat(all.get(0).getFileName().toString()).startsWith("events.out.tfevents.");
      return all.get(0);
    }
  }

  /** Reads the frames with a reader of its own; both checksums of each must hold. */
  private static List<UnknownFieldSet> events(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<UnknownFieldSet> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] header = new byte[8];
      bytes.get(header);
      assertThat(bytes.getInt()).isEqualTo(masked(crc(header)));
      byte[] event =
          new byte[(int) ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      bytes.get(event);
      assertThat(bytes.getInt()).isEqualTo(masked(crc(event)));
      events.add(UnknownFieldSet.parseFrom(event));
    }
    return events;
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static UnknownFieldSet value(UnknownFieldSet event) throws IOException {
    return message(message(event.getField(5)).getField(1));
  }

  private static long step(UnknownFieldSet event) {
    return event.getField(2).getVarintList().get(0);
  }

  private static float simpleValue(UnknownFieldSet event) throws IOException {
    return Float.intBitsToFloat(value(event).getField(2).getFixed32List().get(0));
  }

  private static String text(UnknownFieldSet.Field field) {
    return field.getLengthDelimitedList().get(0).toStringUtf8();
  }

  private static UnknownFieldSet message(UnknownFieldSet.Field field) throws IOException {
    return UnknownFieldSet.parseFrom(field.getLengthDelimitedList().get(0));
  }
}
