package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import java.util.OptionalInt;

/**
 * {@link MultipleNegativesRankingLoss} without the false negatives: a guide, another model, says
 * which candidates are as close to the anchor as its positive, and these are left out.
 *
 * <ul>
 *   <li>columns: anchors, positives, then any number of hard negatives, each [B, D], any norm
 *   <li>labels: the guide's embeddings of the same columns, one after the other [B, N * G]; see
 *       {@link io.silverspark.model.training.TrainingSet#labelledBy}
 *   <li>a candidate is left out where the guide's cosine is above that of anchor and positive, less
 *       the margin (absolute), or less that share of it (relative)
 * </ul>
 *
 * <p>Candidates of an anchor are all positives, the other anchors, the positives compared with its
 * own positive, and all hard negatives.
 *
 * <p>Source: Solatorio 2024, arXiv:2402.16829; margins from Moreira et al. 2024, arXiv:2407.15831,
 * as in sentence-transformers. Differs: any number of hard negatives.
 *
 * @param temperature above 0; default 0.01
 * @param marginStrategy how {@code margin} is meant; default absolute
 * @param margin default 0
 * @param contrastAnchors whether the other anchors are candidates; default true
 * @param contrastPositives whether positives compete with the own positive; default true
 * @param miniBatch texts that go through the model at once (CachedGISTEmbedLoss), 0 for the whole
 *     batch; default 0
 */
public record GISTEmbedLoss(
    double temperature,
    MarginStrategy marginStrategy,
    double margin,
    boolean contrastAnchors,
    boolean contrastPositives,
    int miniBatch)
    implements SentenceLoss {
  /** The temperature that sentence-transformers uses. */
  public static final double DEFAULT_TEMPERATURE = 0.01;

  /** How far below the positive a candidate must be for the guide. */
  public enum MarginStrategy {
    /** Below the positive's similarity by the margin. */
    ABSOLUTE,
    /** Below the positive's similarity by this share of it. */
    RELATIVE
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if {@code temperature} is not above 0 or a number is missing
   */
  public GISTEmbedLoss {
    LossParameter.requirePositive("temperature", temperature);
    LossParameter.requireFinite("margin", margin);
    LossParameter.requireNotNegative("mini-batch size", miniBatch);
  }

  /** With the defaults. */
  public GISTEmbedLoss() {
    this(DEFAULT_TEMPERATURE, MarginStrategy.ABSOLUTE, 0, true, true, 0);
  }

  @Override
  public LossInputs inputs() {
    return LossInputs.labelled(
        "GISTEmbedLoss",
        2,
        Integer.MAX_VALUE,
        "anchor, positive, then any number of hard negatives",
        LabelKind.GUIDE,
        "give (anchor, positive) rows that mean the same and a guide: train.teacher, in Java"
            + " TrainingSet.labelledBy");
  }

  @Override
  public OptionalInt miniBatchSize() {
    return miniBatch == 0 ? OptionalInt.empty() : OptionalInt.of(miniBatch);
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDList guide = guideColumns(columns, labels);
    NDArray anchor = columns.get(0);
    NDArray positive = columns.get(1);
    int batch = Math.toIntExact(anchor.getShape().get(0));
    NDArray own = anchor.getManager().arange(0, batch, 1, DataType.INT64);
    NDArray pairs = Cosine.matrix(guide.get(0), guide.get(1)); // [B, B]
    NDArray limit = limit(pairs.gather(own.expandDims(1), 1)); // [B, 1]
    NDArray isOwn = anchor.getManager().eye(batch, batch, 0, pairs.getDataType()).gt(0);

    NDArray scores =
        without(pairs.gt(limit).logicalAnd(isOwn.logicalNot()), Cosine.matrix(anchor, positive));
    if (contrastAnchors) {
      scores = withCandidates(scores, anchor, anchor, guide.get(0), guide.get(0), limit);
    }
    if (contrastPositives) {
      scores = withCandidates(scores, positive, positive, guide.get(1), guide.get(1), limit);
    }
    for (int i = 2; i < columns.size(); i++) {
      scores = withCandidates(scores, anchor, columns.get(i), guide.get(0), guide.get(i), limit);
    }
    return ClassLikelihood.meanNegative(scores.div(temperature), own);
  }

  private static NDList guideColumns(NDList columns, NDArray labels) {
    if (labels == null || labels.getShape().dimension() != 2) {
      throw new IllegalArgumentException("the labels must be the guide's embeddings [B, N * G]");
    }
    return labels.split(columns.size(), 1);
  }

  private NDArray limit(NDArray ofPositive) {
    return marginStrategy == MarginStrategy.ABSOLUTE
        ? ofPositive.sub(margin)
        : ofPositive.sub(ofPositive.abs().mul(margin));
  }

  private static NDArray withCandidates(
      NDArray scores, NDArray from, NDArray to, NDArray guideFrom, NDArray guideTo, NDArray limit) {
    NDArray tooClose = Cosine.matrix(guideFrom, guideTo).gt(limit);
    return scores.concat(without(tooClose, Cosine.matrix(from, to)), 1);
  }

  private static NDArray without(NDArray leftOut, NDArray scores) {
    NDArray nothing = scores.zerosLike().sub(Double.POSITIVE_INFINITY);
    return NDArrays.where(leftOut, nothing, scores);
  }
}
