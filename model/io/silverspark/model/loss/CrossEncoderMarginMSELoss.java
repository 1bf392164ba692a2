package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * Distillation of margins into a cross-encoder (MarginMSELoss): the difference between the logits
 * of positive and negative must be that of a teacher; mean squared error.
 *
 * <ul>
 *   <li>columns: logits of (query, positive), then of (query, negative) for one or more negatives,
 *       each [B, 1]; see {@link io.silverspark.model.training.TrainingSet#forCrossEncoderTuples}
 *   <li>labels: as of {@link MarginMSELoss}
 * </ul>
 *
 * <p>Source: Hofstätter et al. 2020, arXiv:2010.02666, section 3, as in sentence-transformers.
 *
 * @param activation of the logits; default identity
 */
public record CrossEncoderMarginMSELoss(LogitActivation activation) implements SentenceLoss {

  /** On the logits as they are. */
  public CrossEncoderMarginMSELoss() {
    this(LogitActivation.IDENTITY);
  }

  @Override
  public LossInputs inputs() {
    return LossInputs.labelled(
        "MarginMSELoss",
        2,
        Integer.MAX_VALUE,
        "logits of (query, positive), of (query, negative), ...",
        LabelKind.MARGIN,
        "give triplets with the margins of a teacher");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDList negatives = new NDList();
    for (int i = 1; i < columns.size(); i++) {
      negatives.add(activation.apply(columns.get(i).reshape(-1)));
    }
    NDArray positive = activation.apply(columns.get(0).reshape(-1)); // [B]
    return TeacherMargins.meanSquaredError(positive, negatives, labels);
  }
}
