package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import java.util.OptionalInt;

/**
 * For each pair the hardest other positive of a large batch as negative: mean over the batch of
 * {@code max(positiveMargin - cos(a, p), 0) + max(cos(a, n) - negativeMargin, 0)}.
 *
 * <ul>
 *   <li>columns: anchors and positives [B, D], any norm; batches of 500 or more are meant
 *   <li>no labels
 * </ul>
 *
 * <p>Source: Wieting and Gimpel 2018 (ParaNMT), arXiv:1711.05732, section 3, as in
 * sentence-transformers; mini-batches by GradCache as of {@link #miniBatchSize()}.
 *
 * @param positiveMargin cosine that pairs should reach; default 0.8
 * @param negativeMargin cosine that negatives should not reach; default 0.3
 * @param miniBatch texts that go through the model at once, 0 for the whole batch; default 50,
 *     fewer where they have more than 64 tokens
 */
public record MegaBatchMarginLoss(double positiveMargin, double negativeMargin, int miniBatch)
    implements SentenceLoss {
  /** The margin that sentence-transformers uses for pairs. */
  public static final double DEFAULT_POSITIVE_MARGIN = 0.8;

  /** The margin that sentence-transformers uses for negatives. */
  public static final double DEFAULT_NEGATIVE_MARGIN = 0.3;

  /** The mini-batch size that sentence-transformers uses. */
  public static final int DEFAULT_MINI_BATCH = 50;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a margin is not a number or the mini-batch is negative
   */
  public MegaBatchMarginLoss {
    LossParameter.requireFinite("positive margin", positiveMargin);
    LossParameter.requireFinite("negative margin", negativeMargin);
    LossParameter.requireNotNegative("mini-batch size", miniBatch);
  }

  /** With the defaults. */
  public MegaBatchMarginLoss() {
    this(DEFAULT_POSITIVE_MARGIN, DEFAULT_NEGATIVE_MARGIN, DEFAULT_MINI_BATCH);
  }

  @Override
  public LossInputs inputs() {
    return LossInputs.unlabelled(
        "MegaBatchMarginLoss",
        2,
        2,
        "anchor, positive",
        "give (anchor, positive) pairs without labels; it finds negatives itself: for mined ones use"
            + " CachedMultipleNegativesRankingLoss");
  }

  @Override
  public OptionalInt miniBatchSize() {
    return miniBatch == 0 ? OptionalInt.empty() : OptionalInt.of(miniBatch);
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray scores = Cosine.matrix(columns.get(0), columns.get(1)); // [B, B]
    int batch = Math.toIntExact(scores.getShape().get(0));
    NDArray own = scores.getManager().arange(0, batch, 1, DataType.INT64).expandDims(1);
    NDArray positive = scores.gather(own, 1); // [B, 1]
    NDArray isOwn = scores.getManager().eye(batch, batch, 0, DataType.FLOAT32).gt(0);
    NDArray nothing = scores.zerosLike().sub(Double.POSITIVE_INFINITY);
    NDArray hardest = NDArrays.where(isOwn, nothing, scores).max(new int[] {1}, true); // [B, 1]
    NDArray tooFar = Activation.relu(positive.neg().add(positiveMargin));
    NDArray tooClose = Activation.relu(hardest.sub(negativeMargin));
    return tooFar.add(tooClose).mean();
  }
}
