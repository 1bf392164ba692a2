package io.silverspark.jobs.table;

/** Evaluation results. */
public final class MetricsTable {
  /** Columns, keys and constraints. */
  public static final TableDefinition DEFINITION =
      TableDefinition.named("metrics")
          .meaning("One metric of one model on one data set")
          .writtenBy("evaluate")
          .column("model", "string", "id in models")
          .column("name", "string", "name of the model in the run")
          .column("dataset", "string", "such as sts-validation")
          .column("metric", "string", "such as pearson_cosine")
          .column("value", "double", "the metric on all rows")
          .nullableColumn("low", "double", "lower end of the bootstrap interval")
          .nullableColumn("high", "double", "upper end of the bootstrap interval")
          .column("rows", "bigint", "rows that were evaluated")
          .nullableColumn("reason", "string", "why the value is NaN")
          .keys("model", "dataset", "metric")
          .build();

  private MetricsTable() {}
}
