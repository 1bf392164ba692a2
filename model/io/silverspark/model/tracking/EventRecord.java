package io.silverspark.model.tracking;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Messages of TensorBoard's event files as bytes. Only the fields that are needed, by their numbers
 * in {@code event.proto}, {@code summary.proto} and {@code tensor.proto}.
 *
 * <p>Source: the protocol files of TensorBoard; TFRecord framing as its format description has it.
 */
final class EventRecord {
  private static final int MASK = 0xa282ead8;
  private static final int FRAME_BYTES = 16;
  private static final int SESSION_START = 1;
  private static final int STRING_TENSOR = 7;

  private EventRecord() {}

  /** The first event of a file, which names the version of its layout. */
  static byte[] fileVersion(double wallSeconds) {
    return message(
        out -> {
          out.writeDouble(1, wallSeconds);
          out.writeString(3, "brain.Event:2");
        });
  }

  /** Tells the reader to forget events of this step and later ones. */
  static byte[] sessionStart(double wallSeconds, long step) {
    return message(
        out -> {
          out.writeDouble(1, wallSeconds);
          out.writeInt64(2, step);
          out.writeByteArray(7, message(log -> log.writeEnum(1, SESSION_START)));
        });
  }

  /** One point of a curve. */
  static byte[] scalar(double wallSeconds, long step, String tag, double value) {
    byte[] point =
        message(
            out -> {
              out.writeString(1, tag);
              out.writeFloat(2, (float) value);
            });
    return summary(wallSeconds, step, point);
  }

  /** A text in Markdown, shown in the tab Text. */
  static byte[] text(double wallSeconds, long step, String tag, String markdown) {
    byte[] plugin = message(out -> out.writeString(1, "text"));
    byte[] metadata = message(out -> out.writeByteArray(1, plugin));
    byte[] tensor =
        message(
            out -> {
              out.writeEnum(1, STRING_TENSOR);
              out.writeByteArray(2, new byte[0]); // shape of a single value
              out.writeBytes(8, ByteString.copyFrom(markdown, StandardCharsets.UTF_8));
            });
    byte[] value =
        message(
            out -> {
              out.writeString(1, tag + "/text_summary");
              out.writeByteArray(8, tensor);
              out.writeByteArray(9, metadata);
            });
    return summary(wallSeconds, step, value);
  }

  private static byte[] summary(double wallSeconds, long step, byte[] value) {
    return message(
        out -> {
          out.writeDouble(1, wallSeconds);
          out.writeInt64(2, step);
          out.writeByteArray(5, message(summary -> summary.writeByteArray(1, value)));
        });
  }

  /** A record of the file: length, its checksum, the event, its checksum; little-endian. */
  static byte[] framed(byte[] event) {
    ByteBuffer frame =
        ByteBuffer.allocate(event.length + FRAME_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    frame.putLong(event.length);
    frame.putInt(checksum(frame.array(), Long.BYTES));
    frame.put(event);
    frame.putInt(checksum(event, event.length));
    return frame.array();
  }

  /** CRC-32C, turned and offset so that data holding checksums stays well mixed. */
  static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
