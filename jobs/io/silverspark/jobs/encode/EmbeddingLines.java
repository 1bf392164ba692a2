package io.silverspark.jobs.encode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.silverspark.model.disk.AtomicWrite;
import io.silverspark.model.error.UserException;
import io.silverspark.model.quantization.EmbeddingPrecision;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file of JSON lines, {@code {"text": ..., "embedding": [...]}}, that appears under its name only
 * when it is complete: call {@link #commit} before {@link #close}.
 */
final class EmbeddingLines implements AutoCloseable {
  private final Path file;
  private final Path partial;
  private final JsonGenerator json;

  /**
   * Opens a hidden file beside the one to be written; missing directories are made.
   *
   * @throws UserException if that cannot be done
   */
  EmbeddingLines(Path file) {
    this.file = file.toAbsolutePath();
    this.partial = AtomicWrite.partial(this.file);
    try {
      Files.createDirectories(this.file.getParent());
      BufferedWriter out = Files.newBufferedWriter(partial);
      json = new JsonFactory().createGenerator(out);
      json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  void write(String text, float[] embedding) {
    write(
        text,
        () -> {
          for (float value : embedding) {
            json.writeNumber(value);
          }
        });
  }

  /** Writes a quantised embedding, as whole numbers. */
  void write(String text, byte[] embedding, EmbeddingPrecision precision) {
    write(
        text,
        () -> {
          for (byte value : embedding) {
            json.writeNumber(precision.number(value));
          }
        });
  }

  private void write(String text, Numbers embedding) {
    try {
      json.writeStartObject();
      json.writeStringField("text", text);
      json.writeArrayFieldStart("embedding");
      embedding.write();
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private interface Numbers {
    void write() throws IOException;
  }

  /** Ends the file and gives it its name, replacing an older one. */
  void commit() {
    try {
      json.writeRaw('\n');
      json.close();
      AtomicWrite.rename(partial, file);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private UserException unwritable(IOException cause) {
    return new UserException(file + " cannot be written: " + cause, cause);
  }

  /** Removes what was not committed. */
  @Override
  public void close() {
    try {
      json.close();
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }
}
