package io.silverspark.jobs.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies the map. */
  public Provenance {
    inputs = Map.copyOf(inputs);
  }

  /** Reads what {@link StoredTable} wrote; empty for the metadata of another tool. */
  static Optional<Provenance> parse(String metadata, Timestamp at) {
    try {
      JsonNode json = JSON.readTree(metadata);
      if (!json.hasNonNull("job")) {
        return Optional.empty();
      }
      Map<String, Long> inputs = new TreeMap<>();
      json.path("inputs")
          .fields()
          .forEachRemaining(e -> inputs.put(e.getKey(), e.getValue().asLong()));
      return Optional.of(
          new Provenance(
              json.path("job").asText(), json.path("run").asText(), inputs, at.toInstant()));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
