package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;

/**
 * {@link BatchHardTripletLoss} with a soft margin: mean over the batch of {@code ln(1 + exp(d(a, p)
 * - d(a, n)))}, which never stops pulling and has no margin to tune.
 *
 * <ul>
 *   <li>one column [B, D], any norm
 *   <li>labels: the class of each text, two classes or more in a batch
 * </ul>
 *
 * <p>Source: Hermans et al. 2017, arXiv:1703.07737, section 2, as in sentence-transformers.
 *
 * @param distance default Euclidean
 */
public record BatchHardSoftMarginTripletLoss(Distance distance) implements SentenceLoss {
  private static final String NAME = "BatchHardSoftMarginTripletLoss";

  /** Euclidean. */
  public BatchHardSoftMarginTripletLoss() {
    this(Distance.EUCLIDEAN);
  }

  @Override
  public LossInputs inputs() {
    return LabelledBatch.inputs(NAME);
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray distances = distance.matrix(columns.get(0)); // [B, B]
    NDArray gap = LabelledBatch.of(NAME, labels).hardestGap(distances); // [B, 1]
    return Activation.softPlus(gap).mean();
  }
}
