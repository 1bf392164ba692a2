package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.OptionalInt;

/**
 * A cross-encoder's CachedMultipleNegativesRankingLoss: {@link
 * CrossEncoderMultipleNegativesRankingLoss} for batches that do not fit into memory. Pairs go
 * through the model in mini-batches, twice, and loss and gradient are those of the whole batch.
 *
 * <ul>
 *   <li>columns: as of the loss that is not cached
 *   <li>no labels
 * </ul>
 *
 * <p>Source: Gao et al. 2021, arXiv:2101.06983 (GradCache), as in sentence-transformers.
 *
 * @param scale of the activated logits, above 0; default 10
 * @param activation of the logits; default sigmoid
 * @param miniBatch pairs that go through the model at once, at least 1, fewer where they have more
 *     than 64 tokens; default 32
 */
public record CrossEncoderCachedMultipleNegativesRankingLoss(
    double scale, LogitActivation activation, int miniBatch) implements SentenceLoss {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if {@code scale} or {@code miniBatch} is not above 0
   */
  public CrossEncoderCachedMultipleNegativesRankingLoss {
    LossParameter.requirePositive("scale", scale);
    LossParameter.requirePositive("mini-batch size", miniBatch);
  }

  @Override
  public LossInputs inputs() {
    return CrossEncoderMultipleNegativesRankingLoss.inputs("CachedMultipleNegativesRankingLoss");
  }

  @Override
  public OptionalInt miniBatchSize() {
    return OptionalInt.of(miniBatch);
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    return new CrossEncoderMultipleNegativesRankingLoss(scale, activation).compute(columns, labels);
  }
}
