package io.silverspark.jobs.evaluate;

import static org.apache.spark.sql.functions.col;

import io.silverspark.jobs.evaluate.ModelComparison.MeasuredModel;
import io.silverspark.jobs.evaluate.SmallVectors.SmallMeasure;
import io.silverspark.jobs.report.MetricValue;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.MetricsTable;
import io.silverspark.jobs.table.ModelsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.table.WriteResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Writes measured models to the table {@code metrics}, one row per measure. */
final class MetricRows {
  private MetricRows() {}

  /** What tells each model from all others, by its name in the comparison. */
  static Map<String, String> ids(JobContext context, List<MeasuredModel> models) {
    Map<String, String> byPath = idsByPath(TableStore.of(context).table(ModelsTable.DEFINITION));
    Map<String, String> ids = new HashMap<>();
    models.forEach(model -> ids.put(model.model().name(), id(model.model(), byPath)));
    return ids;
  }

  /**
   * Replaces the rows of these models; those of other models stay.
   *
   * @param ids as {@link #ids} gives them
   */
  static WriteResult write(
      JobContext context,
      List<MeasuredModel> models,
      Map<String, String> ids,
      Map<String, Long> inputs) {
    List<Row> rows = new ArrayList<>();
    for (MeasuredModel model : models) {
      rows.addAll(rows(model, ids.get(model.model().name())));
    }
    String scope =
        models.stream()
            .map(model -> "'" + quoted(ids.get(model.model().name())) + "'")
            .collect(Collectors.joining(", ", "model IN (", ")"));
    return TableStore.of(context)
        .table(MetricsTable.DEFINITION)
        .merge(
            context.spark().createDataFrame(rows, MetricsTable.DEFINITION.schema()), scope, inputs);
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\").replace("'", "\\'");
  }

  /** Ids of trained models by directory; of those trained several times the latest. */
  private static Map<String, String> idsByPath(StoredTable models) {
    Map<String, String> ids = new HashMap<>();
    if (models.exists()) {
      models
          .read()
          .orderBy(col("created_at"))
          .select("path", "id")
          .collectAsList()
          .forEach(row -> ids.put(absolute(row.getString(0)), row.getString(1)));
    }
    return ids;
  }

  private static String id(EvaluatedModel model, Map<String, String> ids) {
    String known = model.layers() == 0 ? ids.get(absolute(model.reference())) : null;
    return known == null ? model.identity() : known;
  }

  private static String absolute(String reference) {
    return reference.contains(":")
        ? reference
        : Path.of(reference).toAbsolutePath().normalize().toString();
  }

  private static List<Row> rows(MeasuredModel model, String id) {
    List<Row> rows = new ArrayList<>();
    model
        .measures()
        .forEach(
            (dataset, measures) -> {
              for (Measure measure : measures) {
                MetricValue value = model.result().metric(measure.metric());
                rows.add(row(model, id, dataset, measure.name(), value, measure.rows()));
              }
            });
    for (SmallMeasure small : model.small()) {
      long count = small.measure().rows();
      rows.add(row(model, id, small.dataset(), small.name(), small.value(), count));
    }
    return rows;
  }

  private static Row row(
      MeasuredModel model, String id, String dataset, String name, MetricValue value, long count) {
    return RowFactory.create(
        id,
        model.model().name(),
        dataset,
        name,
        value.value(),
        finiteOrNull(value.low()),
        finiteOrNull(value.high()),
        count,
        value.reason().isEmpty() ? null : value.reason());
  }

  private static Double finiteOrNull(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
