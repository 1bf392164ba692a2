package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;

/**
 * Triplet loss on semi-hard negatives: for each pair of a class the nearest text of another class
 * that is farther than the positive, or the farthest one if there is none; mean over the pairs of
 * {@code max(d(a, p) - d(a, n) + margin, 0)}.
 *
 * <ul>
 *   <li>one column [B, D], any norm
 *   <li>labels: the class of each text, two classes or more in a batch
 *   <li>memory: some arrays of B * B * B floats
 * </ul>
 *
 * <p>Source: Schroff et al. 2015 (FaceNet), arXiv:1503.03832, section 3.2, as in
 * sentence-transformers.
 *
 * @param distance default Euclidean
 * @param margin in units of the distance; default 5
 */
public record BatchSemiHardTripletLoss(Distance distance, double margin) implements SentenceLoss {
  private static final String NAME = "BatchSemiHardTripletLoss";

  /** Stands for "no pair" so that a batch without pairs has loss 0. */
  private static final float NO_PAIR = 1e-16f;

  /**
   * Checks the margin.
   *
   * @throws IllegalArgumentException if {@code margin} is not a number
   */
  public BatchSemiHardTripletLoss {
    LossParameter.requireFinite("margin", margin);
  }

  /** Euclidean with {@link TripletLoss#DEFAULT_MARGIN}. */
  public BatchSemiHardTripletLoss() {
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
    NDArray negatives = semiHard(distances, batch.negative()); // [B, B]
    NDArray pairs = batch.positive().toType(distances.getDataType(), false);
    NDArray hinge = Activation.relu(distances.sub(negatives).add(margin).mul(pairs));
    return hinge.sum().div(pairs.sum().maximum(NO_PAIR));
  }

  /** For anchor i and positive j the distance of the negative. */
  private static NDArray semiHard(NDArray distances, NDArray negative) {
    long size = distances.getShape().get(0);
    NDArray toNegative = distances.expandDims(1).broadcast(size, size, size); // [a, p, n]
    NDArray farther = toNegative.gt(distances.expandDims(2)); // [a, p, n]
    NDArray usable = farther.logicalAnd(negative.expandDims(1).broadcast(size, size, size));
    NDArray infinite = toNegative.zerosLike().add(Double.POSITIVE_INFINITY);
    NDArray nearest = NDArrays.where(usable, toNegative, infinite).min(new int[] {2}); // [a, p]
    NDArray none = distances.zerosLike().sub(Double.POSITIVE_INFINITY);
    NDArray farthest =
        NDArrays.where(negative, distances, none).max(new int[] {1}, true).broadcast(size, size);
    NDArray found = usable.toType(DataType.FLOAT32, false).max(new int[] {2}).gt(0);
    return NDArrays.where(found, nearest, farthest);
  }
}
