package io.silverspark.jobs.encode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.silverspark.model.disk.AtomicWrite;
import io.silverspark.model.encoder.SparseEncoder.WeightedToken;
import io.silverspark.model.error.UserException;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.model.sparse.SparseVector;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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

  /**
   * Writes a sparse vector, {@code "embedding": {"indices": [...], "values": [...]}}.
   *
   * @param tokens written as {@code "tokens": {"guitar": 1.5}} where there are any
   */
  void write(String text, SparseVector vector, List<WeightedToken> tokens) {
    try {
      json.writeStartObject();
      json.writeStringField("text", text);
      json.writeObjectFieldStart("embedding");
      json.writeArrayFieldStart("indices");
      for (int index : vector.indices()) {
        json.writeNumber(index);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("values");
      for (float value : vector.values()) {
        json.writeNumber(value);
      }
      json.writeEndArray();
      json.writeEndObject();
      if (!tokens.isEmpty()) {
        json.writeObjectFieldStart("tokens");
        for (WeightedToken token : tokens) {
          json.writeNumberField(token.token(), token.weight());
        }
        json.writeEndObject();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw unwritable(e);
    }
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
