package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;

/**
 * Softmax over in-batch candidates: anchor i must outscore every candidate but its own.
 *
 * <ul>
 *   <li>columns: anchors, positives, then any number of hard negatives, each [B, D], any norm
 *   <li>candidates [C, D]: all positives, then all first negatives, and so on
 *   <li>no labels
 * </ul>
 *
 * <p>Repeated texts act as false negatives; pair with {@link
 * io.silverspark.model.sampling.NoDuplicatesSampler}. Larger batches make the task harder and the
 * result better; {@link CachedMultipleNegativesRankingLoss} makes room for them.
 *
 * <p>All {@link RankingOptions.Direction}s normalised jointly are the improved contrastive loss of
 * Li et al. 2023, arXiv:2308.03281; on duplicated sentences with dropout this is SimCSE (Gao et al.
 * 2021, arXiv:2104.08821).
 *
 * <p>Source: Henderson et al. 2017, arXiv:1705.00652, section 4.4. Differs: scaled cosine, not a
 * dot product, as in sentence-transformers.
 *
 * @param options scale, similarity, directions and weighting
 */
public record MultipleNegativesRankingLoss(RankingOptions options) implements SentenceLoss {
  /** The scale that sentence-transformers uses. */
  public static final double DEFAULT_SCALE = 20;

  /**
   * Queries to documents by cosine.
   *
   * @param scale inverse temperature, above 0
   * @throws IllegalArgumentException if {@code scale} is not above 0; the message shows the value
   */
  public MultipleNegativesRankingLoss(double scale) {
    this(RankingOptions.ofScale(scale));
  }

  /** With {@link #DEFAULT_SCALE}. */
  public MultipleNegativesRankingLoss() {
    this(DEFAULT_SCALE);
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
        "anchor, positive, then any number of hard negatives",
        "give (anchor, positive) rows that mean the same, such as entailments, and drop the labels;"
            + " for labelled pairs use CosineSimilarityLoss, ContrastiveLoss or SoftmaxLoss");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray queries = columns.get(0); // [B, D]
    NDArray positives = columns.get(1);
    NDArray documents = documents(columns); // [C, D]
    List<NDArray> scores = scores(queries, positives, documents); // each [B, ...]
    int batch = Math.toIntExact(queries.getShape().get(0));
    NDArray own = queries.getManager().arange(0, batch, 1, DataType.INT64); // [B]
    return options.partition() == RankingOptions.Partition.JOINT
        ? ClassLikelihood.meanNegative(joined(scores), own)
        : meanOverDirections(scores, own);
  }

  private static NDArray documents(NDList columns) {
    NDArray all = columns.get(1);
    for (int i = 2; i < columns.size(); i++) {
      all = all.concat(columns.get(i));
    }
    return all;
  }

  private List<NDArray> scores(NDArray queries, NDArray positives, NDArray documents) {
    SimilarityFunction similarity = options.similarity();
    List<NDArray> scores = new ArrayList<>();
    NDArray toDocuments = similarity.matrix(queries, documents);
    NDArray scaled = toDocuments.mul(options.scale());
    scores.add(
        options.hardness().strength() > 0
            ? scaled.add(options.hardness().penalty(toDocuments))
            : scaled);
    if (options.has(RankingOptions.Direction.QUERY_TO_QUERY)) {
      scores.add(withoutOwn(similarity.matrix(queries, queries).mul(options.scale())));
    }
    if (options.has(RankingOptions.Direction.DOC_TO_QUERY)) {
      scores.add(similarity.matrix(positives, queries).mul(options.scale()));
    }
    if (options.has(RankingOptions.Direction.DOC_TO_DOC)) {
      scores.add(withoutOwn(similarity.matrix(positives, documents).mul(options.scale())));
    }
    return scores;
  }

  /** Takes row i's own texts, in each block of B columns, out of the softmax. */
  private static NDArray withoutOwn(NDArray scores) {
    int batch = Math.toIntExact(scores.getShape().get(0));
    NDArray identity = scores.getManager().eye(batch, batch, 0, scores.getDataType());
    NDArray own = identity;
    for (long width = batch; width < scores.getShape().get(1); width += batch) {
      own = own.concat(identity, 1);
    }
    NDArray nothing = scores.zerosLike().sub(Double.POSITIVE_INFINITY);
    return NDArrays.where(own.gt(0), nothing, scores);
  }

  private static NDArray joined(List<NDArray> scores) {
    NDArray all = scores.get(0);
    for (NDArray next : scores.subList(1, scores.size())) {
      all = all.concat(next, 1);
    }
    return all;
  }

  private static NDArray meanOverDirections(List<NDArray> scores, NDArray own) {
    NDArray sum = ClassLikelihood.meanNegative(scores.get(0), own);
    for (NDArray next : scores.subList(1, scores.size())) {
      sum = sum.add(ClassLikelihood.meanNegative(next, own));
    }
    return sum.div(scores.size());
  }
}
