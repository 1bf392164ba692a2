package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.report.ScatterPoint;
import io.silverspark.model.data.TextPair;
import java.util.ArrayList;
import java.util.List;

/** One data set and how models are measured on it. */
interface DataSetEvaluation {
  /** Name in the table of metrics, such as {@code sts-validation}. */
  String dataset();

  /** Rows as the report tells them, such as {@code 1,500 pairs of STS validation}. */
  String description();

  /** The texts that a sentence encoder encodes, duplicates included. */
  List<EvaluatedText> texts();

  /** Measures a sentence encoder; the same measures in the same order for each. */
  List<Measure> measure(TextVectors vectors);

  /** Measures a sentence encoder's vectors in one small form; none if the data set has none. */
  default List<Measure> measure(TextVectors vectors, SmallVectors.Form form) {
    return List.of();
  }

  /** Gold score against cosine, for the plot of the report. */
  default List<ScatterPoint> points(TextVectors vectors) {
    return List.of();
  }

  /** Whether other models are measured on it only beside a cross-encoder. */
  default boolean isBesideCrossEncoders() {
    return false;
  }

  /** The pairs that a cross-encoder scores; none if the data set is nothing for it. */
  default List<TextPair> pairs() {
    return List.of();
  }

  /** Measures a cross-encoder; called only if there are pairs. */
  default List<Measure> measure(PairPredictions predictions) {
    return List.of();
  }

  /** Measures a sparse encoder: by default by the similarities of the pairs, if there are any. */
  default List<Measure> measure(SparseTexts vectors) {
    if (pairs().isEmpty()) {
      return List.of();
    }
    List<Measure> measures = new ArrayList<>(measure(vectors.similarities(this)));
    measures.addAll(vectors.sparsity(this));
    return measures;
  }

  /** Gold score against the cross-encoder's, for the plot of the report. */
  default List<ScatterPoint> points(PairPredictions predictions) {
    return List.of();
  }
}
