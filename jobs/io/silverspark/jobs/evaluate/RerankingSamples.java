package io.silverspark.jobs.evaluate;

import io.delta.tables.DeltaTable;
import io.silverspark.jobs.config.EvaluateSettings;
import io.silverspark.jobs.files.ColumnNames;
import io.silverspark.jobs.files.LayoutException;
import io.silverspark.jobs.files.ScalarColumns;
import io.silverspark.model.data.NliLabel;
import io.silverspark.model.error.UserException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Groups labelled rows by query; a document that is both positive and negative is positive. */
final class RerankingSamples {
  private static final List<String> COLUMNS = List.of("anchor", "positive", "negative");

  private final Map<String, Set<String>> positives = new LinkedHashMap<>();
  private final Map<String, Set<String>> negatives = new LinkedHashMap<>();

  private RerankingSamples() {}

  /**
   * The premises that have an entailed hypothesis and another one.
   *
   * @param rows premise, hypothesis and label, in the order of the files
   */
  static List<RerankingTask.Sample> ofNli(List<Row> rows) {
    RerankingSamples samples = new RerankingSamples();
    for (Row row : rows) {
      samples.add(
          row.getInt(2) == NliLabel.ENTAILMENT.number() ? samples.positives : samples.negatives,
          row.getString(0),
          row.getString(1));
    }
    return samples.list();
  }

  /**
   * The anchors of a Delta table of triplets, in the order of their text.
   *
   * @throws UserException if there is no such table or it lacks a column
   */
  static List<RerankingTask.Sample> ofTable(SparkSession spark, String path) {
    if (!DeltaTable.isDeltaTable(spark, path)) {
      throw new UserException(
          "%s = '%s' is not a Delta table".formatted(EvaluateSettings.RERANKING_TABLE, path));
    }
    Dataset<Row> table = spark.read().format("delta").load(path);
    List<String> present = Arrays.asList(table.columns());
    List<String> missing =
        COLUMNS.stream().filter(c -> ColumnNames.find(present, c).isEmpty()).toList();
    if (!missing.isEmpty()) {
      throw new UserException(
          "%s = '%s' has no column %s; needed: %s"
              .formatted(
                  EvaluateSettings.RERANKING_TABLE,
                  path,
                  String.join(", ", missing),
                  String.join(", ", COLUMNS)));
    }
    RerankingSamples samples = new RerankingSamples();
    for (Row row :
        table
            .select(COLUMNS.stream().map(c -> texts(table, path, c)).toArray(Column[]::new))
            .na()
            .drop()
            .distinct()
            .orderBy("anchor", "positive", "negative")
            .collectAsList()) {
      samples.add(samples.positives, row.getString(0), row.getString(1));
      samples.add(samples.negatives, row.getString(0), row.getString(2));
    }
    return samples.list();
  }

  private static Column texts(Dataset<Row> table, String path, String column) {
    try {
      return ScalarColumns.text(
              table.schema(),
              ColumnNames.find(Arrays.asList(table.columns()), column).orElseThrow())
          .as(column);
    } catch (LayoutException e) {
      throw new UserException(
          "%s = '%s': %s".formatted(EvaluateSettings.RERANKING_TABLE, path, e.getMessage()), e);
    }
  }

  private void add(Map<String, Set<String>> documents, String query, String document) {
    documents.computeIfAbsent(query, q -> new LinkedHashSet<>()).add(document);
  }

  private List<RerankingTask.Sample> list() {
    List<RerankingTask.Sample> samples = new ArrayList<>();
    positives.forEach(
        (query, relevant) -> {
          Set<String> others = new LinkedHashSet<>(negatives.getOrDefault(query, Set.of()));
          others.removeAll(relevant);
          if (!others.isEmpty()) {
            samples.add(
                new RerankingTask.Sample(query, List.copyOf(relevant), List.copyOf(others)));
          }
        });
    return samples;
  }
}
