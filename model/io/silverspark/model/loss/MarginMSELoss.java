package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * Distillation of a ranking: the difference between the scores of positive and negative must be
 * that of a teacher, usually a cross-encoder; mean squared error over batch and negatives.
 *
 * <ul>
 *   <li>columns: query, positive, then one or more negatives, each [B, D]
 *   <li>labels: for each negative the teacher's score of the positive less that of the negative [B]
 *       or [B, N]; or the teacher's scores of positive and negatives [B, N + 1]
 * </ul>
 *
 * <p>Positives and negatives need not be right: the teacher decides, also that a "negative" is the
 * better one.
 *
 * <p>Source: Hofstätter et al. 2020, arXiv:2010.02666, section 3; used by GPL (Wang et al. 2021,
 * arXiv:2112.07577), as in sentence-transformers.
 *
 * @param similarity default dot product
 */
public record MarginMSELoss(SimilarityFunction similarity) implements SentenceLoss {

  /** By dot product. */
  public MarginMSELoss() {
    this(SimilarityFunction.DOT);
  }

  @Override
  public LossInputs inputs() {
    return LossInputs.labelled(
        "MarginMSELoss",
        3,
        Integer.MAX_VALUE,
        "query, positive, negative, ...",
        LabelKind.MARGIN,
        "give triplets with the margins of a cross-encoder (train.data = triplets and"
            + " train.teacher)");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray query = columns.get(0);
    NDList negatives = new NDList();
    for (int i = 2; i < columns.size(); i++) {
      negatives.add(similarity.pairwise(query, columns.get(i)));
    }
    NDArray positive = similarity.pairwise(query, columns.get(1)); // [B]
    return TeacherMargins.meanSquaredError(positive, negatives, labels);
  }
}
