package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import io.silverspark.model.error.UserException;

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
 * the same width D.
 *
 * <p>Source: Reimers and Gurevych 2020, arXiv:2004.09813, section 2, as in sentence-transformers.
 */
public record MSELoss() implements SentenceLoss {
  @Override
  public LossInputs inputs() {
    return LossInputs.labelled(
        "MSELoss",
        1,
        Integer.MAX_VALUE,
        "text, translation, ...",
        LabelKind.EMBEDDING,
        "give texts and a teacher: train.teacher, in Java TrainingSet.labelledBy");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    long width = columns.get(0).getShape().get(1);
    boolean shared = labels.getShape().get(1) == width;
    if (!shared && labels.getShape().get(1) != width * columns.size()) {
      throw new UserException(
          "the teacher's embeddings have %d components for %d columns, the student's %d: both need the same width"
              .formatted(labels.getShape().get(1), columns.size(), width));
    }
    NDArray sum = null;
    for (int i = 0; i < columns.size(); i++) {
      NDArray target = shared ? labels : slice(labels, i * width, (i + 1) * width);
      NDArray error = columns.get(i).sub(target).square().mean();
      sum = sum == null ? error : sum.add(error);
    }
    return sum.div(columns.size());
  }

  private static NDArray slice(NDArray labels, long from, long to) {
    return labels.get(new NDIndex(":, " + from + ":" + to));
  }
}
