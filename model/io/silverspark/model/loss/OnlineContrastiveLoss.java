package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.stream.IntStream;

/**
 * {@link ContrastiveLoss} on the hard pairs of a batch: negatives closer than the farthest positive
 * and positives farther than the closest negative; the sum of {@code d^2} and {@code max(margin -
 * d, 0)^2}.
 *
 * <ul>
 *   <li>columns u and v [B, D], any norm
 *   <li>labels: 1 for a pair that means the same, 0 for one that does not
 *   <li>with one positive or none, negatives are compared with their own mean, and the other way
 *       round
 * </ul>
 *
 * <p>A batch without hard pairs has loss 0.
 *
 * <p>Source: sentence-transformers.
 *
 * @param distance default cosine
 * @param margin in units of the distance, above 0; default 0.5
 */
public record OnlineContrastiveLoss(Distance distance, double margin) implements SentenceLoss {

  /**
   * Checks the margin.
   *
   * @throws IllegalArgumentException if {@code margin} is not above 0
   */
  public OnlineContrastiveLoss {
    LossParameter.requirePositive("margin", margin);
  }

  /** By cosine distance with {@link ContrastiveLoss#DEFAULT_MARGIN}. */
  public OnlineContrastiveLoss() {
    this(Distance.COSINE, ContrastiveLoss.DEFAULT_MARGIN);
  }

  @Override
  public LossInputs inputs() {
    return ContrastiveLoss.inputs("OnlineContrastiveLoss");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray distances =
        distance.pairwise(columns.get(0), columns.get(1), ContrastiveLoss.OFFSET); // [B]
    HardPairs hard = HardPairs.of(doubles(distances), doubles(labels));
    NDArray together = distances.square().mul(like(distances, hard.positives()));
    NDArray apart = Activation.relu(distances.neg().add(margin)).square();
    return together.add(apart.mul(like(distances, hard.negatives()))).sum();
  }

  private static double[] doubles(NDArray array) {
    return array.stopGradient().toType(DataType.FLOAT64, false).toDoubleArray();
  }

  private static NDArray like(NDArray array, double[] weights) {
    return array.getManager().create(weights).toType(array.getDataType(), false);
  }

  /**
   * The pairs that count, as weights 0 and 1.
   *
   * @param positives [B]
   * @param negatives [B]
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record HardPairs(double[] positives, double[] negatives) {

    static HardPairs of(double[] distances, double[] labels) {
      DoubleSummaryStatistics same = distancesOf(distances, labels, 1);
      DoubleSummaryStatistics other = distancesOf(distances, labels, 0);
      double nearEnough = same.getCount() > 1 ? same.getMax() : other.getAverage();
      double farEnough = other.getCount() > 1 ? other.getMin() : same.getAverage();
      double[] positives = new double[distances.length];
      double[] negatives = new double[distances.length];
      Arrays.setAll(positives, i -> labels[i] == 1 && distances[i] > farEnough ? 1 : 0);
      Arrays.setAll(negatives, i -> labels[i] == 0 && distances[i] < nearEnough ? 1 : 0);
      return new HardPairs(positives, negatives);
    }

    private static DoubleSummaryStatistics distancesOf(
        double[] distances, double[] labels, double label) {
      return IntStream.range(0, distances.length)
          .filter(i -> labels[i] == label)
          .mapToDouble(i -> distances[i])
          .summaryStatistics();
    }
  }
}
