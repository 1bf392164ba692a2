package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;

/**
 * Triplet loss on the hardest triplet of each text: its farthest text of the same class and its
 * nearest of another; mean over the batch of {@code max(d(a, p) - d(a, n) + margin, 0)}.
 *
 * <ul>
 *   <li>one column [B, D], any norm
 *   <li>labels: the class of each text; a batch needs two classes or more, and two texts or more of
 *       a class to learn from it: see {@link io.silverspark.model.sampling.GroupByLabelSampler}
 * </ul>
 *
 * <p>Source: Hermans et al. 2017, arXiv:1703.07737, equation 5, as in sentence-transformers.
 *
 * @param distance default Euclidean
 * @param margin in units of the distance; default 5
 */
public record BatchHardTripletLoss(Distance distance, double margin) implements SentenceLoss {
  private static final String NAME = "BatchHardTripletLoss";

  /**
   * Checks the margin.
   *
   * @throws IllegalArgumentException if {@code margin} is not a number
   */
  public BatchHardTripletLoss {
    LossParameter.requireFinite("margin", margin);
  }

  /** Euclidean with {@link TripletLoss#DEFAULT_MARGIN}. */
  public BatchHardTripletLoss() {
    this(Distance.EUCLIDEAN, TripletLoss.DEFAULT_MARGIN);
  }

  @Override
  public LossInputs inputs() {
    return LabelledBatch.inputs(NAME);
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray distances = distance.matrix(columns.get(0)); // [B, B]
    NDArray gap = LabelledBatch.of(NAME, labels).hardestGap(distances); // [B, 1]
    return Activation.relu(gap.add(margin)).mean();
  }
}
