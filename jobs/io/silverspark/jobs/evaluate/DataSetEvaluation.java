package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.report.ScatterPoint;
import java.util.List;

/** One data set and how models are measured on it. */
interface DataSetEvaluation {
  /** Name in the table of metrics, such as {@code sts-validation}. */
  String dataset();

  /** Rows as the report tells them, such as {@code 1,500 pairs of STS validation}. */
  String description();

  /** The texts to encode, duplicates included. */
  List<String> texts();

  /** Measures one model; the same measures in the same order for every model. */
  List<Measure> measure(TextVectors vectors);

  /** Gold score against cosine, for the plot of the report. */
  default List<ScatterPoint> points(TextVectors vectors) {
    return List.of();
  }
}
