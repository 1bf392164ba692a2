package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;

/**
 * Spreads embeddings over the sphere: of the similarities of the different texts of a column, the
 * squared mean, and what the mean square has above {@code 1 / D}, which random directions have.
 *
 * <ul>
 *   <li>columns: one or more, each [B, D], any norm; each is looked at by itself
 *   <li>no labels
 * </ul>
 *
 * <p>A regulariser: alone it teaches no meaning. In Java add it to another loss of the same batch,
 * or give it a data set of its own beside another one ({@code train.data = datasets}). A batch of
 * one text has loss 0.
 *
 * <p>Source: Zhang et al. 2017, arXiv:1708.06320, equations 5 to 7, as in sentence-transformers.
 * Differs: one sum, where sentence-transformers returns both terms by name and its trainer sums
 * them.
 *
 * @param similarity default cosine
 * @param meanWeight weight of the squared mean, 0 or more; default 1
 * @param secondMomentWeight weight of the mean square, 0 or more; default 1
 * @param aggregation of several columns; default mean
 */
public record GlobalOrthogonalRegularizationLoss(
    SimilarityFunction similarity,
    double meanWeight,
    double secondMomentWeight,
    Aggregation aggregation)
    implements SentenceLoss {

  /** What becomes of the terms of several columns. */
  public enum Aggregation {
    /** Their mean. */
    MEAN,
    /** Their sum. */
    SUM
  }

  /**
   * Checks the weights.
   *
   * @throws IllegalArgumentException if one is negative or both are 0
   */
  public GlobalOrthogonalRegularizationLoss {
    LossParameter.requireNotNegative("mean weight", meanWeight);
    LossParameter.requireNotNegative("second moment weight", secondMomentWeight);
    if (meanWeight == 0 && secondMomentWeight == 0) {
      throw new IllegalArgumentException(
          "meanWeight and secondMomentWeight are both 0: one must be above 0");
    }
  }

  /** With the defaults. */
  public GlobalOrthogonalRegularizationLoss() {
    this(SimilarityFunction.COSINE, 1, 1, Aggregation.MEAN);
  }

  static LossRecipe read(LossParameters p) {
    GlobalOrthogonalRegularizationLoss loss =
        new GlobalOrthogonalRegularizationLoss(
            p.oneOf("similarity", SimilarityFunction.COSINE),
            p.notNegative("meanWeight", 1),
            p.notNegative("secondMomentWeight", 1),
            p.oneOf("aggregation", Aggregation.MEAN));
    return model -> loss;
  }

  @Override
  public LossInputs inputs() {
    return LossInputs.unlabelled(
        "GlobalOrthogonalRegularizationLoss",
        1,
        Integer.MAX_VALUE,
        "text, ...",
        "give texts without labels");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray sum = null;
    for (NDArray column : columns) {
      NDArray terms = terms(column);
      sum = sum == null ? terms : sum.add(terms);
    }
    return aggregation == Aggregation.SUM ? sum : sum.div(columns.size());
  }

  private NDArray terms(NDArray column) {
    int batch = Math.toIntExact(column.getShape().get(0));
    long width = column.getShape().get(1);
    NDArray scores = similarity.matrix(column, column); // [B, B]
    NDArray itself = scores.getManager().eye(batch, batch, 0, scores.getDataType());
    NDArray others = scores.mul(itself.neg().add(1));
    float pairs = Math.max(1, batch * (batch - 1f)); // a double would make it float64
    NDArray mean = others.sum().div(pairs).square();
    NDArray above = Activation.relu(others.square().sum().div(pairs).sub(1f / width));
    return mean.mul((float) meanWeight).add(above.mul((float) secondMomentWeight));
  }
}
