package io.silverspark.jobs.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.disk.AtomicWrite;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a model came from, as the file {@code silverspark_lineage.json} in its directory.
 * sentence-transformers passes it over.
 */
public final class LineageFile {
  private static final String NAME = "silverspark_lineage.json";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private LineageFile() {}

  /** Writes the lineage of a model directory, with sorted keys. */
  public static void write(Path model, ObjectNode lineage) {
    try {
      Object sorted = JSON.treeToValue(lineage, Object.class);
      AtomicWrite.file(
          model.resolve(NAME), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(sorted));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the lineage of " + model, e);
    }
  }

  /**
   * Reads the lineage of a model directory.
   *
   * @return empty if there is none: the model was not trained here
   */
  public static Optional<JsonNode> read(Path model) {
    Path file = model.resolve(NAME);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readTree(file.toFile()));
    } catch (IOException e) {
      throw new UserException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
