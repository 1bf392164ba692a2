package io.silverspark.jobs.explain;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is known of a model.
 *
 * @param id fingerprint of settings and inputs
 * @param name in the run, such as {@code gold-silver}
 * @param kind {@code bi-encoder} or {@code cross-encoder}
 * @param path its directory
 * @param finished time in UTC, or null if only its file is known
 * @param parents models that it was made with: the base model, and the cross-encoder that labelled
 *     its silver pairs
 * @param tables versions that it was trained on, with what those were made from
 * @param settings those that differ from their defaults, by key
 * @param metrics of its training
 * @param evaluation lines of the table metrics
 */
record ModelOrigin(
    String id,
    String name,
    String kind,
    String path,
    String finished,
    List<Parent> parents,
    List<TableOrigin> tables,
    Map<String, String> settings,
    Map<String, String> metrics,
    List<Score> evaluation) {

  /** A model that another was made with. */
  record Parent(String role, String model, String id) {}

  /** One line of the evaluation; the interval may be missing. */
  record Score(String dataset, String metric, double value, Double low, Double high) {}

  /**
   * A version of a table.
   *
   * @param rows null where the version is no longer there
   * @param job that wrote it; null where the commit does not say
   */
  record TableOrigin(
      String table,
      long version,
      Long rows,
      String job,
      String run,
      String at,
      List<TableOrigin> inputs) {
    TableOrigin {
      inputs = List.copyOf(inputs);
    }
  }

  ModelOrigin {
    parents = List.copyOf(parents);
    tables = List.copyOf(tables);
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
    evaluation = List.copyOf(evaluation);
  }
}
