package io.silverspark.jobs.train;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.SilverSparkVersion;
import io.silverspark.jobs.stage.LineageFile;
import io.silverspark.jobs.table.ModelsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Where a model came from: settings, versions of its input tables and the scores of its training,
 * in the table {@code models}.
 *
 * @param id fingerprint of settings and inputs
 * @param name {@code cross}, {@code gold}, {@code gold-silver} or {@code triplets}
 * @param kind {@code bi-encoder} or {@code cross-encoder}
 * @param path directory of the model
 * @param inputs versions of the tables it was trained on, by name
 * @param metrics of its training
 */
record ModelLineage(
    String id,
    String name,
    String kind,
    Path path,
    Map<String, Long> inputs,
    Map<String, Object> metrics) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Writes the file into the model's directory, so that a copy of the model keeps its lineage, and
   * the row unless the model is there already.
   */
  void write(JobContext context) {
    LineageFile.write(path, json(context));
    StoredTable table = TableStore.of(context).table(ModelsTable.DEFINITION);
    if (table.exists() && !table.read().where(col("id").equalTo(id)).isEmpty()) {
      return;
    }
    Row row =
        RowFactory.create(
            id,
            name,
            kind,
            path.toString(),
            context.settings().json(),
            json(new TreeMap<>(inputs)),
            json(new TreeMap<>(metrics)),
            Timestamp.from(Instant.now()));
    Dataset<Row> rows =
        context.spark().createDataFrame(List.of(row), ModelsTable.DEFINITION.schema());
    table.merge(rows, "id = '" + id + "'", inputs);
  }

  /**
   * No times: the same training gives the same file. Settings of Spark and of places are left out,
   * since they may hold secrets and the file goes wherever the model goes.
   */
  private ObjectNode json(JobContext context) {
    ObjectNode json = JSON.createObjectNode();
    json.put("id", id).put("name", name).put("kind", kind).put("run", context.runName());
    json.put("silverspark", SilverSparkVersion.CURRENT);
    json.set("inputs", JSON.valueToTree(new TreeMap<>(inputs)));
    json.set("metrics", JSON.valueToTree(new TreeMap<>(metrics)));
    ObjectNode settings = JSON.valueToTree(context.settings().plain());
    settings.remove(List.of("spark", "tables", "report"));
    if (settings.get("run") instanceof ObjectNode run) {
      run.remove(List.of("dir", "cacheDir"));
    }
    json.set("settings", settings);
    return json;
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
