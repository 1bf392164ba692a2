package io.silverspark.jobs.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalog.Catalog;

/**
 * What a commit says of itself, in Delta's {@code userMetadata}: a JSON object. An append takes it
 * as an option of the write. Delta's SQL statements (CREATE, DELETE, MERGE, ALTER) take it from the
 * configuration of their session alone, so each statement gets a session of its own: neither
 * another thread nor the user's own value of that configuration comes in between.
 *
 * @param job command that writes
 * @param run name of its run
 * @param inputs versions of the tables that the rows were made from, by name
 */
record CommitMetadata(String job, String run, Map<String, Long> inputs) {
  private static final String SETTING = "spark.databricks.delta.commitInfo.userMetadata";
  private static final String WRITE = "write";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The JSON object. */
  String json() {
    return text(object());
  }

  /**
   * The JSON object of one append.
   *
   * @param write names the append, to find it among those of other drivers
   */
  String json(String write) {
    return text(object().put(WRITE, write));
  }

  /** Whether the metadata of a commit, of any tool or none, are those of an append. */
  static boolean names(String metadata, String write) {
    return parse(metadata).filter(json -> write.equals(json.path(WRITE).asText())).isPresent();
  }

  /** The object in the metadata of a commit; empty for those of another tool. */
  static Optional<JsonNode> parse(String metadata) {
    if (metadata == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readTree(metadata)).filter(JsonNode::isObject);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Runs an SQL statement whose commit carries these metadata. */
  void execute(SparkSession spark, String statement) {
    SparkSession own = sameAs(spark);
    // Spark replaces ${...} in the values of its configuration; JSON can write the sign otherwise.
    own.conf().set(SETTING, json().replace("$", "\\u0024"));
    own.sql(statement);
  }

  /** A session with the same views, functions, settings, catalog and schema. */
  private static SparkSession sameAs(SparkSession spark) {
    SparkSession own = ((org.apache.spark.sql.classic.SparkSession) spark).cloneSession();
    Catalog catalog = spark.catalog();
    if (!own.catalog().currentCatalog().equals(catalog.currentCatalog())) {
      own.catalog().setCurrentCatalog(catalog.currentCatalog());
    }
    if (!own.catalog().currentDatabase().equals(catalog.currentDatabase())) {
      own.catalog().setCurrentDatabase(catalog.currentDatabase());
    }
    return own;
  }

  private ObjectNode object() {
    ObjectNode json = JSON.createObjectNode();
    json.set("inputs", JSON.valueToTree(new TreeMap<>(inputs)));
    return json.put("job", job).put("run", run);
  }

  private static String text(ObjectNode json) {
    try {
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
