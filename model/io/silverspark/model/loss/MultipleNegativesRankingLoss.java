package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;

/**
 * Softmax over in-batch candidates: anchor i must outscore every candidate but its own.
 *
 * <ul>
 *   <li>columns: anchors, positives, then any number of hard negatives, each [B, D], any norm
 *   <li>candidates [C, D]: all positives, then all first negatives, and so on
 *   <li>no labels
 * </ul>
 *
 * <p>Repeated texts act as false negatives; pair with {@link
 * io.silverspark.model.sampling.NoDuplicatesSampler}. Larger batches make the task harder and the
 * result better.
 *
 * <p>Source: Henderson et al. 2017, arXiv:1705.00652, section 4.4. Differs: scaled cosine, not a
 * dot product, as in sentence-transformers.
 *
 * @param scale inverse temperature, unitless, above 0; 20 equals temperature 0.05
 */
public record MultipleNegativesRankingLoss(double scale) implements SentenceLoss {
  /** The scale that sentence-transformers uses. */
  public static final double DEFAULT_SCALE = 20;

  /**
   * Checks the scale.
   *
   * @throws IllegalArgumentException if {@code scale} is not above 0; the message shows the value
   */
  public MultipleNegativesRankingLoss {
    if (!(scale > 0)) {
      throw new IllegalArgumentException("scale must be above 0, found " + scale);
    }
  }

  /** With {@link #DEFAULT_SCALE}. */
  public MultipleNegativesRankingLoss() {
    this(DEFAULT_SCALE);
  }

  @Override
  public LossInputs inputs() {
    return LossInputs.unlabelled(
        "MultipleNegativesRankingLoss",
        2,
        Integer.MAX_VALUE,
        "anchor, positive, then any number of hard negatives");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray anchors = columns.get(0); // [B, D]
    NDArray positives = columns.get(1);
    NDArray candidates = // [C, D]
        columns.size() == 2 ? positives : positives.concat(negatives(columns));
    NDArray scores = Cosine.matrix(anchors, candidates).mul(scale); // [B, C]
    int batch = Math.toIntExact(anchors.getShape().get(0));
    NDArray own = scores.getManager().arange(0, batch, 1, DataType.INT64); // [B]
    return ClassLikelihood.meanNegative(scores, own);
  }

  private static NDArray negatives(NDList columns) {
    NDArray all = columns.get(2);
    for (int i = 3; i < columns.size(); i++) {
      all = all.concat(columns.get(i));
    }
    return all;
  }
}
