package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;

/**
 * Triplet loss on all triplets of a batch, averaged over those that are not yet met: {@code
 * max(d(a, p) - d(a, n) + margin, 0)} where it is above 0.
 *
 * <ul>
 *   <li>one column [B, D], any norm
 *   <li>labels: the class of each text, two classes or more in a batch
 *   <li>memory: some arrays of B * B * B floats
 * </ul>
 *
 * <p>Source: Hermans et al. 2017, arXiv:1703.07737, equation 6 (batch all, mean of the non-zero
 * terms), as in sentence-transformers.
 *
 * @param distance default Euclidean
 * @param margin in units of the distance; default 5
 */
public record BatchAllTripletLoss(Distance distance, double margin) implements SentenceLoss {
  private static final String NAME = "BatchAllTripletLoss";
  private static final float SMALLEST = 1e-16f;

  /**
   * Checks the margin.
   *
   * @throws IllegalArgumentException if {@code margin} is not a number
   */
  public BatchAllTripletLoss {
    LossParameter.requireFinite("margin", margin);
  }

  /** Euclidean with {@link TripletLoss#DEFAULT_MARGIN}. */
  public BatchAllTripletLoss() {
    this(Distance.EUCLIDEAN, TripletLoss.DEFAULT_MARGIN);
  }

  @Override
  public LossInputs inputs() {
    return LabelledBatch.inputs(NAME);
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray distances = distance.matrix(columns.get(0)); // [B, B]
    LabelledBatch batch = LabelledBatch.of(NAME, labels);
    DataType type = distances.getDataType();
    NDArray valid = // [a, p, n]
        batch
            .positive()
            .toType(type, false)
            .expandDims(2)
            .mul(batch.negative().toType(type, false).expandDims(1));
    NDArray gaps = distances.expandDims(2).sub(distances.expandDims(1)).add(margin); // [a, p, n]
    NDArray hinge = Activation.relu(gaps.mul(valid));
    NDArray active = hinge.gt(SMALLEST).toType(type, false).sum();
    return hinge.sum().div(active.add(SMALLEST));
  }
}
