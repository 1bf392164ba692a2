package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * A cross-encoder's MultipleNegativesRankingLoss: among the documents that are read with a query,
 * the positive must have the greatest logit; softmax cross entropy, mean over the batch.
 *
 * <ul>
 *   <li>columns: logits of (query, positive), then of (query, negative) for each negative, drawn
 *       from the batch or mined, each [B, 1]; see {@link
 *       io.silverspark.model.training.TrainingSet#forCrossEncoderRanking}
 *   <li>no labels
 * </ul>
 *
 * <p>Source: Henderson et al. 2017, arXiv:1705.00652, section 4.4, as in sentence-transformers (4
 * negatives drawn from the batch, sigmoid, scale 10).
 *
 * @param scale of the activated logits, above 0; default 10
 * @param activation of the logits; default sigmoid
 */
public record CrossEncoderMultipleNegativesRankingLoss(double scale, LogitActivation activation)
    implements SentenceLoss {
  /** The scale that sentence-transformers uses. */
  public static final double DEFAULT_SCALE = 10;

  /** The negatives that sentence-transformers draws from the batch for each query. */
  public static final int DEFAULT_NEGATIVES = 4;

  /**
   * Checks the scale.
   *
   * @throws IllegalArgumentException if {@code scale} is not above 0; the message shows the value
   */
  public CrossEncoderMultipleNegativesRankingLoss {
    LossParameter.requirePositive("scale", scale);
  }

  /** With the defaults. */
  public CrossEncoderMultipleNegativesRankingLoss() {
    this(DEFAULT_SCALE, LogitActivation.SIGMOID);
  }

  @Override
  public LossInputs inputs() {
    return inputs("MultipleNegativesRankingLoss");
  }

  static LossInputs inputs(String name) {
    return LossInputs.unlabelled(
        name,
        2,
        Integer.MAX_VALUE,
        "logits of (query, positive), of (query, negative), ...",
        "give (query, positive) rows that mean the same, without labels");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray logits = columns.get(0).reshape(-1, 1); // [B, 1]
    for (int i = 1; i < columns.size(); i++) {
      logits = logits.concat(columns.get(i).reshape(-1, 1), 1);
    }
    NDArray scores = activation.apply(logits).mul(scale); // [B, 1 + N]
    long batch = scores.getShape().get(0);
    NDArray first = scores.getManager().zeros(new Shape(batch), DataType.INT64);
    return ClassLikelihood.meanNegative(scores, first);
  }
}
