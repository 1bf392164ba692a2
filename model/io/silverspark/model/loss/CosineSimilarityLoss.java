package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * Regression on the cosine: mean over the batch of {@code (cos(u, v) - label)^2}.
 *
 * <ul>
 *   <li>columns u and v [B, D], any norm
 *   <li>labels: the target similarity, usually 0 to 1 (a 0-5 score divided by 5)
 * </ul>
 *
 * <p>Needs graded labels: with the 0/1 labels of entailment data it pushes every pair to an extreme
 * and does harm (use {@link MultipleNegativesRankingLoss} there).
 *
 * <p>Source: Reimers and Gurevych 2019, arXiv:1908.10084, section 3, regression objective.
 */
public record CosineSimilarityLoss() implements SentenceLoss {
  @Override
  public LossInputs inputs() {
    return LossInputs.scored(
        "CosineSimilarityLoss",
        2,
        "first, second",
        -1,
        1,
        "give graded pairs, scores scaled to 0 to 1 (a 0-5 score divided by 5); for pairs without"
            + " scores use MultipleNegativesRankingLoss");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray difference = Cosine.pairwise(columns.get(0), columns.get(1)).sub(labels); // [B]
    return difference.square().mean();
  }
}
