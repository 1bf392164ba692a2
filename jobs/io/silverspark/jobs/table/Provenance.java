package io.silverspark.jobs.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a commit of a table says of itself.
 *
 * @param job command that wrote it
 * @param run name of its run
 * @param inputs versions of the tables that the rows were made from, by name
 * @param at time of the commit
 */
public record Provenance(String job, String run, Map<String, Long> inputs, Instant at) {
  /** Copies the map. */
  public Provenance {
    inputs = Map.copyOf(inputs);
  }

  /** Reads what {@link StoredTable} wrote; empty for the metadata of another tool. */
  static Optional<Provenance> parse(String metadata, Timestamp at) {
    return CommitMetadata.parse(metadata)
        .filter(json -> json.hasNonNull("job"))
        .map(
            json ->
                new Provenance(
                    json.path("job").asText(),
                    json.path("run").asText(),
                    inputs(json),
                    at.toInstant()));
  }

  private static Map<String, Long> inputs(JsonNode json) {
    Map<String, Long> inputs = new TreeMap<>();
    json.path("inputs")
        .fields()
        .forEachRemaining(e -> inputs.put(e.getKey(), e.getValue().asLong()));
    return inputs;
  }
}
