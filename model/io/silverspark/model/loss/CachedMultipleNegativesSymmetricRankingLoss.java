package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.OptionalInt;

/**
 * {@link MultipleNegativesSymmetricRankingLoss} for batches that do not fit into memory;
 * mini-batches as of {@link CachedMultipleNegativesRankingLoss}.
 *
 * <ul>
 *   <li>columns: as of the loss that is not cached
 *   <li>no labels
 * </ul>
 *
 * <p>Source: Gao et al. 2021, arXiv:2101.06983 (GradCache), as in sentence-transformers, which
 * calls it {@code CachedMultipleNegativesRankingLoss} with {@code directions = query_to_doc,
 * doc_to_query} and {@code partitionMode = per_direction}.
 *
 * @param scale inverse temperature, above 0; default 20
 * @param similarity default cosine
 * @param miniBatch texts that go through the model at once, at least 1, fewer where they have more
 *     than 64 tokens; default 32
 */
public record CachedMultipleNegativesSymmetricRankingLoss(
    double scale, SimilarityFunction similarity, int miniBatch) implements SentenceLoss {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if {@code scale} or {@code miniBatch} is not above 0
   */
  public CachedMultipleNegativesSymmetricRankingLoss {
    LossParameter.requirePositive("scale", scale);
    LossParameter.requirePositive("mini-batch size", miniBatch);
  }

  /** By cosine with a scale of 20, in mini-batches of 32. */
  public CachedMultipleNegativesSymmetricRankingLoss() {
    this(
        MultipleNegativesRankingLoss.DEFAULT_SCALE,
        SimilarityFunction.COSINE,
        CachedMultipleNegativesRankingLoss.DEFAULT_MINI_BATCH);
  }

  static LossRecipe read(LossParameters p) {
    CachedMultipleNegativesSymmetricRankingLoss loss =
        new CachedMultipleNegativesSymmetricRankingLoss(
            p.positive("scale", MultipleNegativesRankingLoss.DEFAULT_SCALE),
            p.oneOf("similarity", SimilarityFunction.COSINE),
            p.wholeNumber(
                "miniBatchSize", CachedMultipleNegativesRankingLoss.DEFAULT_MINI_BATCH, 1));
    return model -> loss;
  }

  @Override
  public LossInputs inputs() {
    return MultipleNegativesRankingLoss.inputs("CachedMultipleNegativesSymmetricRankingLoss");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    return new MultipleNegativesSymmetricRankingLoss(scale, similarity).compute(columns, labels);
  }

  @Override
  public OptionalInt miniBatchSize() {
    return OptionalInt.of(miniBatch);
  }
}
