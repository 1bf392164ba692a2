package io.silverspark.jobs.explain;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.LineageFile;
import io.silverspark.jobs.table.ModelsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.error.UserException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;

/** Finds models by name, id or directory, in the table {@code models} and in their own files. */
final class KnownModels {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StoredTable table;

  KnownModels(JobContext context) {
    this.table = TableStore.of(context).table(ModelsTable.DEFINITION);
  }

  /** The last model of each name. */
  List<ObjectNode> latest() {
    List<ObjectNode> rows = rows("true");
    return rows.stream()
        .filter(
            row ->
                rows.stream()
                    .noneMatch(
                        other ->
                            other.path("name").equals(row.path("name"))
                                && other
                                        .path("finished")
                                        .asText()
                                        .compareTo(row.path("finished").asText())
                                    > 0))
        .toList();
  }

  /**
   * One model.
   *
   * @param wanted name in the run, id or the beginning of one, or a directory
   * @throws UserException if it is not known; says which are
   */
  ObjectNode find(String wanted) {
    Optional<Path> directory = directory(wanted);
    if (directory.isPresent()) {
      return inDirectory(directory.get());
    }
    return latest().stream()
        .filter(row -> row.path("name").asText().equals(wanted))
        .findFirst()
        .or(() -> byId(wanted))
        .orElseThrow(
            () ->
                new UserException(
                    "model '%s' is not known in %s: needs a directory, an id, or one of %s"
                        .formatted(wanted, table.path(), names())));
  }

  /** The model of an id or the beginning of one. */
  Optional<ObjectNode> byId(String id) {
    return rows("true").stream()
        .filter(row -> id.length() >= 4 && row.path("id").asText().startsWith(id))
        .findFirst();
  }

  private ObjectNode inDirectory(Path directory) {
    Path absolute = directory.toAbsolutePath().normalize();
    JsonNode file =
        LineageFile.read(absolute)
            .orElseThrow(
                () ->
                    new UserException(
                        "%s has no silverspark_lineage.json: it was not trained by this version of"
                                .formatted(directory)
                            + " SilverSpark, so where it came from is not known"));
    ObjectNode found = byId(file.path("id").asText()).orElseGet(() -> file.<ObjectNode>deepCopy());
    return found.put("path", absolute.toString());
  }

  private static Optional<Path> directory(String wanted) {
    try {
      return Optional.of(Path.of(wanted)).filter(Files::isDirectory);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private String names() {
    List<String> names = latest().stream().map(row -> row.path("name").asText()).toList();
    return names.isEmpty() ? "none, because nothing was trained yet" : String.join(", ", names);
  }

  private List<ObjectNode> rows(String condition) {
    return table.exists()
        ? table.read().where(condition).orderBy(col("created_at")).collectAsList().stream()
            .map(KnownModels::json)
            .toList()
        : List.of();
  }

  /** A row in the form of the lineage file. */
  private static ObjectNode json(Row row) {
    try {
      ObjectNode json = JSON.createObjectNode();
      for (String column : List.of("id", "name", "kind", "path")) {
        json.put(column, row.<String>getAs(column));
      }
      json.put("finished", row.<java.sql.Timestamp>getAs("created_at").toInstant().toString());
      json.set("settings", JSON.readTree(row.<String>getAs("config")));
      json.set("inputs", JSON.readTree(row.<String>getAs("inputs")));
      json.set("metrics", JSON.readTree(row.<String>getAs("metrics")));
      return json;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the table models holds broken JSON", e);
    }
  }
}
