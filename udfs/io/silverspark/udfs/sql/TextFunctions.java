package io.silverspark.udfs.sql;

import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.BatchListener;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.encoder.SparseEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.sparse.SparseVector;
import io.silverspark.udfs.columns.FiniteNumbers;
import io.silverspark.udfs.serving.TaskModel;
import java.util.ArrayList;
import java.util.List;

/** What the SQL functions compute, one row at a time; null in, null out. */
public final class TextFunctions {
  private TextFunctions() {}

  /**
   * An argument of a session function, whose type Spark does not check.
   *
   * @throws UserException if it is not a text
   */
  public static String text(String function, Object argument) {
    if (argument == null || argument instanceof String) {
      return (String) argument;
    }
    throw new UserException(
        "%s needs texts, found %s of type %s: write CAST(... AS STRING)"
            .formatted(function, argument, argument.getClass().getSimpleName()));
  }

  /** The vector of a text; null for null. */
  public static float[] embed(TaskModel<SentenceEncoder> model, String text, Prompt prompt) {
    return text == null ? null : encode(model, List.of(text), prompt)[0];
  }

  /**
   * The similarity of two texts, by dense or sparse vectors; null if one is null.
   *
   * @param maxActiveDims dimensions of a sparse vector that are kept, the heaviest; 0: all
   */
  public static Float similarity(
      TaskModel<SentenceEncoder> model,
      VectorSimilarity similarity,
      int maxActiveDims,
      String first,
      String second) {
    if (first == null || second == null) {
      return null;
    }
    if (model.applyWhereItRuns(encoder -> encoder.files().isSparse())) {
      List<SparseVector> vectors =
          encodeSparse(model, List.of(first, second), model.spec().prompt(), maxActiveDims);
      return (float) vectors.get(0).similarity(similarity.ofModels(), vectors.get(1));
    }
    float[][] vectors = encode(model, List.of(first, second), model.spec().prompt());
    return similarity.between(vectors[0], vectors[1]);
  }

  private static float[][] encode(
      TaskModel<SentenceEncoder> model, List<String> texts, Prompt prompt) {
    float[][] vectors = model.applyWhereItRuns(encoder -> encoder.encode(texts, prompt));
    return FiniteNumbers.of(model.spec().model(), texts, vectors);
  }

  static List<SparseVector> encodeSparse(
      TaskModel<SentenceEncoder> model, List<String> texts, Prompt prompt, int maxActiveDims) {
    List<SparseVector> vectors =
        model.applyWhereItRuns(
            encoder ->
                new ArrayList<>(
                    SparseEncoder.over(encoder)
                        .encode(texts, prompt, maxActiveDims, BatchListener.NONE)));
    return FiniteNumbers.ofSparse(model.spec().model(), texts, vectors);
  }

  /** The score of two texts; null if one is null. */
  public static Float scorePair(TaskModel<CrossEncoder> model, String first, String second) {
    if (first == null || second == null) {
      return null;
    }
    float score =
        model.applyWhereItRuns(encoder -> encoder.scores(List.of(new TextPair(first, second)))[0]);
    return FiniteNumbers.of(model.spec().model(), first, second, score);
  }
}
