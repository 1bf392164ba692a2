package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * Distillation of embeddings: mean over batch, components and columns of {@code (u - teacher)^2}.
 *
 * <ul>
 *   <li>columns: one or more, each [B, D]
 *   <li>labels: the teacher's embedding of the example [B, D], which every column must reach (a
 *       sentence and its translations), or one for each column, side by side [B, N * D]; see {@link
 *       io.silverspark.model.training.TrainingSet#labelledBy}
 * </ul>
 *
 * <p>Makes a small or multilingual model repeat what a large one gives; student and teacher have
 * the same width D. {@link EmbedDistillLoss#projecting} with {@link EmbedDistillLoss.Metric#MSE} is
 * for a student of another width.
 *
 * <p>Source: Reimers and Gurevych 2020, arXiv:2004.09813, section 2, as in sentence-transformers.
 */
public record MSELoss() implements SentenceLoss {
  private static final String NAME = "MSELoss";

  /** With the parameter {@code projectionDim}. */
  static LossRecipe read(LossParameters p) {
    return EmbedDistillLoss.recipe(NAME, EmbedDistillLoss.Metric.MSE, p);
  }

  @Override
  public LossInputs inputs() {
    return EmbedDistillLoss.inputs(NAME);
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    return EmbedDistillLoss.of(EmbedDistillLoss.Metric.MSE).compute(columns, labels);
  }
}
