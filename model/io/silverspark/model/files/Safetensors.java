package io.silverspark.model.files;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.disk.AtomicWrite;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The safetensors format: a little-endian 64-bit header length, a JSON header that gives each
 * tensor's type, shape and byte range, then the bytes.
 *
 * <p>Source: huggingface/safetensors, README section "Format". As strict as the reference reader:
 * byte ranges must cover the data without gaps or overlaps.
 */
public final class Safetensors {
  static final String METADATA = "__metadata__";

  private static final int ALIGNMENT = 8;

  private Safetensors() {}

  /**
   * Reads every tensor onto the Java heap.
   *
   * @param file a .safetensors file
   * @return tensors by name, in the order of their bytes
   * @throws UserException if the file is missing or breaks the format; the message names the file,
   *     the tensor, what was found and what is allowed
   */
  public static Map<String, TensorData> read(Path file) {
    return read(file, name -> true);
  }

  /**
   * Reads some tensors onto the Java heap.
   *
   * @param file a .safetensors file
   * @param names which ones
   * @return tensors by name, in the order of their bytes
   * @throws UserException as {@link #read(Path)}
   */
  public static Map<String, TensorData> read(Path file, Predicate<String> names) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      SafetensorsHeader header = readHeader(file, channel);
      Map<String, TensorData> tensors = new LinkedHashMap<>();
      for (SafetensorsHeader.Entry entry : header.entries()) {
        if (!names.test(entry.name())) {
          continue;
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(entry.end() - entry.begin()));
        readFully(file, channel, bytes, header.dataStart() + entry.begin());
        tensors.put(entry.name(), new TensorData(entry.type(), entry.shape(), bytes));
      }
      return tensors;
    } catch (NoSuchFileException e) {
      throw new UserException(file + " is missing", e);
    } catch (IOException e) {
      throw new UserException(file + " cannot be read: " + e, e);
    }
  }

  private static SafetensorsHeader readHeader(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < Long.BYTES) {
      throw new UserException(
          "%s has %d bytes, expected a safetensors file of at least 8".formatted(file, size));
    }
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(file, channel, length, 0);
    long headerBytes = length.getLong(0);
    long limit = Math.min(size - Long.BYTES, SafetensorsHeader.MAX_BYTES);
    if (headerBytes < 0 || headerBytes > limit) {
      throw new UserException(
          "%s: the header claims %s bytes, expected at most %d (the file has %d)"
              .formatted(file, Long.toUnsignedString(headerBytes), limit, size));
    }
    ByteBuffer json = ByteBuffer.allocate((int) headerBytes);
    readFully(file, channel, json, Long.BYTES);
    long dataStart = Long.BYTES + headerBytes;
    return SafetensorsHeader.parse(json.array(), file, dataStart, size - dataStart);
  }

  private static void readFully(Path file, FileChannel channel, ByteBuffer target, long position)
      throws IOException {
    long from = position;
    while (target.hasRemaining()) {
      int count = channel.read(target, from);
      if (count < 0) {
        throw new UserException(file + " ended at byte " + from + " while it was read");
      }
      from += count;
    }
    target.flip();
  }

  /**
   * Writes tensors: into a temporary file beside the target, forced to disk, then renamed over it.
   *
   * @param file the target; replaced if it exists; its folder has to exist
   * @param tensors by name; written in the order of the map
   * @param metadata free texts for the header, written in the order of their names; transformers
   *     expects {@code format = pt}
   * @throws UserException if the file cannot be written
   */
  public static void write(
      Path file, Map<String, TensorData> tensors, Map<String, String> metadata) {
    AtomicWrite.file(
        file,
        channel -> {
          byte[] header = header(tensors, metadata);
          ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
          writeFully(channel, length.putLong(0, header.length));
          writeFully(channel, ByteBuffer.wrap(header));
          for (TensorData tensor : tensors.values()) {
            writeFully(channel, tensor.data());
          }
        });
  }

  private static byte[] header(Map<String, TensorData> tensors, Map<String, String> metadata)
      throws IOException {
    ObjectNode header = JsonObject.MAPPER.createObjectNode();
    if (!metadata.isEmpty()) {
      // Map.of has another order in each process, and equal tensors have to give equal bytes
      header.set(METADATA, JsonObject.MAPPER.valueToTree(new TreeMap<>(metadata)));
    }
    long begin = 0;
    for (Map.Entry<String, TensorData> named : tensors.entrySet()) {
      TensorData tensor = named.getValue();
      if (named.getKey().equals(METADATA)) {
        throw new IllegalArgumentException("a tensor cannot be named " + METADATA);
      }
      long end = begin + tensor.data().remaining();
      ObjectNode entry = header.putObject(named.getKey()).put("dtype", tensor.type().name());
      ArrayNode shape = entry.putArray("shape");
      for (long dimension : tensor.shape()) {
        shape.add(dimension);
      }
      entry.putArray("data_offsets").add(begin).add(end);
      begin = end;
    }
    String json = JsonObject.MAPPER.writeValueAsString(header);
    int bytes = json.getBytes(StandardCharsets.UTF_8).length;
    int padding = Math.floorMod(-bytes, ALIGNMENT);
    return (json + " ".repeat(padding)).getBytes(StandardCharsets.UTF_8);
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
