package io.silverspark.jobs.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a command found and made, for {@code --json}: names with numbers, texts, paths or records.
 * Thread-safe.
 */
public final class JobResults {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(FiniteOrNull.module())
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS);

  private final ObjectNode values = JSON.createObjectNode();

  /**
   * Notes a result; a later one of the same name replaces it.
   *
   * @param value number, text, path, record, list, map or Jackson tree
   */
  public synchronized void put(String name, Object value) {
    values.set(name, tree(value));
  }

  /** Adds an entry to a list of results. */
  public synchronized void add(String name, Object value) {
    ArrayNode list = values.get(name) instanceof ArrayNode found ? found : values.putArray(name);
    list.add(tree(value));
  }

  /** Notes a result of a table, in the object {@code tables}. */
  public synchronized void table(String name, Object value) {
    ObjectNode tables =
        values.get("tables") instanceof ObjectNode found ? found : values.putObject("tables");
    tables.set(name, tree(value));
  }

  /** A copy of all results. */
  public synchronized ObjectNode json() {
    return values.deepCopy();
  }

  static String render(ObjectNode document) {
    return document.toPrettyString();
  }

  static JsonNode tree(Object value) {
    return value instanceof java.nio.file.Path path
        ? JSON.valueToTree(path.toString())
        : JSON.valueToTree(value);
  }
}
