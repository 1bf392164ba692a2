package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;

/**
 * Pulls similar pairs together and pushes other pairs apart up to a margin: {@code (label * d^2 +
 * (1 - label) * max(margin - d, 0)^2) / 2}.
 *
 * <ul>
 *   <li>columns u and v [B, D], any norm
 *   <li>labels: 1 for a pair that means the same, 0 for one that does not
 * </ul>
 *
 * <p>{@link OnlineContrastiveLoss} looks at the hard pairs of a batch alone and is often better.
 *
 * <p>Source: Hadsell et al. 2006, "Dimensionality Reduction by Learning an Invariant Mapping",
 * equation 4, as in sentence-transformers (with 1e-6 added to differences for the Euclidean and
 * Manhattan distance, as PyTorch's pairwise distance does).
 *
 * @param distance default cosine
 * @param margin in units of the distance, above 0; default 0.5
 * @param sizeAverage whether to take the mean over the batch, else the sum; default true
 */
public record ContrastiveLoss(Distance distance, double margin, boolean sizeAverage)
    implements SentenceLoss {
  /** The margin that sentence-transformers uses. */
  public static final double DEFAULT_MARGIN = 0.5;

  /** Added to each difference of components, as by PyTorch. */
  static final double OFFSET = 1e-6;

  /**
   * Checks the margin.
   *
   * @throws IllegalArgumentException if {@code margin} is not above 0
   */
  public ContrastiveLoss {
    LossParameter.requirePositive("margin", margin);
  }

  /** Mean over the batch, by cosine distance with {@link #DEFAULT_MARGIN}. */
  public ContrastiveLoss() {
    this(Distance.COSINE, DEFAULT_MARGIN, true);
  }

  @Override
  public LossInputs inputs() {
    return inputs("ContrastiveLoss");
  }

  static LossInputs inputs(String name) {
    return LossInputs.labelled(
        name,
        2,
        2,
        "first, second",
        LabelKind.BINARY,
        "give pairs labelled 1 (same meaning) or 0, some of each; for graded scores use"
            + " CosineSimilarityLoss or CoSENTLoss, for positives alone"
            + " MultipleNegativesRankingLoss");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray distances = distance.pairwise(columns.get(0), columns.get(1), OFFSET); // [B]
    NDArray together = distances.square().mul(labels);
    NDArray apart = Activation.relu(distances.neg().add(margin)).square();
    NDArray each = together.add(apart.mul(labels.neg().add(1))).div(2);
    return sizeAverage ? each.mean() : each.sum();
  }
}
