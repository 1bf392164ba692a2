package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * Ranking of graded pairs: {@code ln(1 + sum exp(scale * (cos_i - cos_j)))} over all pairs i, j of
 * the batch where label i is below label j.
 *
 * <ul>
 *   <li>columns u and v [B, D], any norm
 *   <li>labels: the similarity; only its order counts
 * </ul>
 *
 * <p>A batch teaches by B * B comparisons where {@link CosineSimilarityLoss} makes B, and usually
 * gives the better model. It is a sum, not a mean: larger batches have larger losses.
 *
 * <p>Source: Su 2022, "CoSENT", kexue.fm/archives/8847, as in sentence-transformers.
 *
 * @param scale inverse temperature, unitless, above 0; default 20
 * @param similarity of a pair; default cosine
 */
public record CoSENTLoss(double scale, SimilarityFunction similarity) implements SentenceLoss {
  /** The scale that sentence-transformers uses. */
  public static final double DEFAULT_SCALE = 20;

  /**
   * Checks the scale.
   *
   * @throws IllegalArgumentException if {@code scale} is not above 0; the message shows the value
   */
  public CoSENTLoss {
    LossParameter.requirePositive("scale", scale);
  }

  /** With {@link #DEFAULT_SCALE}. */
  public CoSENTLoss() {
    this(DEFAULT_SCALE);
  }

  /** By cosine. */
  public CoSENTLoss(double scale) {
    this(scale, SimilarityFunction.COSINE);
  }

  /** With the cosine as checkpoints of version 0.1.0 have it. */
  @Override
  public String description() {
    return similarity == SimilarityFunction.COSINE ? "CoSENTLoss[scale=" + scale + "]" : toString();
  }

  @Override
  public LossInputs inputs() {
    return LossInputs.scored(
        "CoSENTLoss",
        2,
        "first, second",
        Double.NEGATIVE_INFINITY,
        Double.POSITIVE_INFINITY,
        "give pairs with graded scores; for pairs without scores use MultipleNegativesRankingLoss");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    return OrderedScores.loss(
        similarity.pairwise(columns.get(0), columns.get(1)).mul(scale), labels);
  }
}
