package io.silverspark.jobs.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

  static void write(Path model, ObjectNode lineage) {
    try {
      Object sorted = JSON.treeToValue(lineage, Object.class);
      Path temporary = model.resolve("." + NAME + ".tmp");
      JSON.writerWithDefaultPrettyPrinter().writeValue(temporary.toFile(), sorted);
      Files.move(
          temporary,
          model.resolve(NAME),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
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
