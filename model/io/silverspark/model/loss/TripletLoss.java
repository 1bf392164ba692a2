package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;

/**
 * The positive must be closer to the anchor than the negative by a margin: mean over the batch of
 * {@code max(d(a, p) - d(a, n) + margin, 0)}.
 *
 * <ul>
 *   <li>columns: anchor, positive, then one or more negatives, each [B, D], any norm; several
 *       negatives make as many triplets
 *   <li>no labels
 * </ul>
 *
 * <p>A margin of 5 suits Euclidean distances of embeddings that are not scaled to length 1; with
 * scaled ones, whose distance is at most 2, every triplet stays active. {@link
 * MultipleNegativesRankingLoss} usually learns more from the same rows.
 *
 * <p>Source: Schroff et al. 2015, arXiv:1503.03832, equation 1, with plain distances as in
 * sentence-transformers. Differs: several negatives are allowed.
 *
 * @param distance default Euclidean
 * @param margin in units of the distance; default 5
 */
public record TripletLoss(Distance distance, double margin) implements SentenceLoss {
  /** The margin that sentence-transformers uses. */
  public static final double DEFAULT_MARGIN = 5;

  /**
   * Checks the margin.
   *
   * @throws IllegalArgumentException if {@code margin} is not a number
   */
  public TripletLoss {
    LossParameter.requireFinite("margin", margin);
  }

  /** Euclidean with {@link #DEFAULT_MARGIN}. */
  public TripletLoss() {
    this(Distance.EUCLIDEAN, DEFAULT_MARGIN);
  }

  @Override
  public LossInputs inputs() {
    return LossInputs.unlabelled(
        "TripletLoss",
        3,
        Integer.MAX_VALUE,
        "anchor, positive, negative, ...",
        "mine negatives first, or use MultipleNegativesRankingLoss for pairs");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray anchor = columns.get(0);
    NDArray positive = distance.pairwise(anchor, columns.get(1), 0); // [B]
    NDArray sum = hinge(positive, distance.pairwise(anchor, columns.get(2), 0));
    for (int i = 3; i < columns.size(); i++) {
      sum = sum.add(hinge(positive, distance.pairwise(anchor, columns.get(i), 0)));
    }
    return sum.div(columns.size() - 2);
  }

  private NDArray hinge(NDArray positive, NDArray negative) {
    return Activation.relu(positive.sub(negative).add(margin)).mean();
  }
}
