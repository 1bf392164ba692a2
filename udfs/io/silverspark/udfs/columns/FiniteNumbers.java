package io.silverspark.udfs.columns;

import io.silverspark.model.error.UserException;
import io.silverspark.model.sparse.SparseVector;
import java.util.List;

/** Refuses what a model gives if it is no number, as after a training that diverged. */
public final class FiniteNumbers {
  private static final int LONGEST_TEXT = 60;

  private FiniteNumbers() {}

  /**
   * Embeddings as they are.
   *
   * @param model for the message
   * @param texts what was embedded, one text a vector
   * @param vectors embeddings of the texts
   * @return the same vectors
   * @throws UserException naming the first text whose vector holds NaN or infinity
   */
  public static float[][] of(String model, List<String> texts, float[][] vectors) {
    for (int i = 0; i < vectors.length; i++) {
      for (float component : vectors[i]) {
        if (!Float.isFinite(component)) {
          throw NoNumbersException.refused(
              model,
              ("the model '%s' gives no numbers (%s) for '%s': its weights are broken, as after a"
                      + " training that diverged")
                  .formatted(model, component, shortened(texts.get(i))));
        }
      }
    }
    return vectors;
  }

  /**
   * Sparse vectors as they are.
   *
   * @param model for the message
   * @param texts what was encoded, one text a vector
   * @param vectors of the texts
   * @return the same vectors
   * @throws UserException naming the first text whose vector holds NaN or infinity
   */
  public static List<SparseVector> ofSparse(
      String model, List<String> texts, List<SparseVector> vectors) {
    var unused =
        of(model, texts, vectors.stream().map(SparseVector::values).toArray(float[][]::new));
    return vectors;
  }

  /**
   * A score as it is.
   *
   * @param model for the message
   * @param first text of the pair
   * @param second text of the pair
   * @param score of the pair
   * @return the same score
   * @throws UserException naming the pair if the score is NaN
   */
  public static float of(String model, String first, String second, float score) {
    if (Float.isNaN(score)) {
      throw NoNumbersException.refused(
          model,
          "the cross-encoder '%s' gives no number (NaN) for '%s' and '%s'; train it again with a"
                  .formatted(model, first, second)
              + " lower learning rate");
    }
    return score;
  }

  private static String shortened(String text) {
    return text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "..." : text;
  }
}
