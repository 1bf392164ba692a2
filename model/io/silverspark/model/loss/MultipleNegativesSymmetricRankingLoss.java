package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * {@link MultipleNegativesRankingLoss} in both directions: the mean of "find the positive of an
 * anchor" and "find the anchor of a positive".
 *
 * <ul>
 *   <li>columns: anchors, positives, then any number of hard negatives, each [B, D], any norm; hard
 *       negatives count in the first direction alone
 *   <li>no labels
 * </ul>
 *
 * <p>Use it where both columns may be the query, for instance questions and answers.
 *
 * <p>Source: the symmetric InfoNCE, for instance Günther et al. 2023, arXiv:2310.19923, section
 * 4.2, as in sentence-transformers.
 *
 * @param scale inverse temperature, above 0; default 20
 * @param similarity default cosine
 */
public record MultipleNegativesSymmetricRankingLoss(double scale, SimilarityFunction similarity)
    implements SentenceLoss {

  /**
   * Checks the scale.
   *
   * @throws IllegalArgumentException if {@code scale} is not above 0; the message shows the value
   */
  public MultipleNegativesSymmetricRankingLoss {
    LossParameter.requirePositive("scale", scale);
  }

  /** By cosine, with {@link MultipleNegativesRankingLoss#DEFAULT_SCALE}. */
  public MultipleNegativesSymmetricRankingLoss() {
    this(MultipleNegativesRankingLoss.DEFAULT_SCALE, SimilarityFunction.COSINE);
  }

  @Override
  public LossInputs inputs() {
    return MultipleNegativesRankingLoss.inputs("MultipleNegativesSymmetricRankingLoss");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    RankingOptions options = RankingOptions.symmetric(scale, similarity);
    return new MultipleNegativesRankingLoss(options).compute(columns, labels);
  }
}
