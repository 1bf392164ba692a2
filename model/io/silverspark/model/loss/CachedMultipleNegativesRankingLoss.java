package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.OptionalInt;

/**
 * {@link MultipleNegativesRankingLoss} for batches that do not fit into memory: texts go through
 * the model in mini-batches, twice, and loss and gradient are those of the whole batch.
 *
 * <p>Memory grows with the mini-batch and, for the matrix of scores, with B * C floats; a step
 * takes about a third longer. Dropout is the same in both passes.
 *
 * <p>Source: Gao et al. 2021, arXiv:2101.06983 (GradCache), as in sentence-transformers. Differs:
 * mini-batches are cut from the texts of all columns, longest first, so that little is padded.
 *
 * @param options as of the loss that is not cached
 * @param miniBatch texts that go through the model at once, at least 1, fewer where they have more
 *     than 64 tokens; default 32
 */
public record CachedMultipleNegativesRankingLoss(RankingOptions options, int miniBatch)
    implements SentenceLoss {
  /** The mini-batch size that sentence-transformers uses. */
  public static final int DEFAULT_MINI_BATCH = 32;

  /**
   * Checks the mini-batch size.
   *
   * @throws IllegalArgumentException if {@code miniBatch} is below 1
   */
  public CachedMultipleNegativesRankingLoss {
    LossParameter.requirePositive("mini-batch size", miniBatch);
  }

  /** By cosine with a scale of 20, in mini-batches of 32. */
  public CachedMultipleNegativesRankingLoss() {
    this(RankingOptions.ofScale(MultipleNegativesRankingLoss.DEFAULT_SCALE), DEFAULT_MINI_BATCH);
  }

  @Override
  public LossInputs inputs() {
    return MultipleNegativesRankingLoss.inputs("CachedMultipleNegativesRankingLoss");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    return new MultipleNegativesRankingLoss(options).compute(columns, labels);
  }

  @Override
  public OptionalInt miniBatchSize() {
    return OptionalInt.of(miniBatch);
  }
}
