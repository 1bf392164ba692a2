package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;

/**
 * Distillation of a ranking as a distribution: the Kullback-Leibler divergence of the student's
 * softmax over a query's candidates from the teacher's, mean over the batch, multiplied by the
 * square of the student's temperature so that the gradient does not shrink with it.
 *
 * <ul>
 *   <li>columns: query, positive, then one or more negatives, each [B, D]
 *   <li>labels: the teacher's scores of positive and negatives [B, N + 1]; or for each negative the
 *       score of the positive less that of the negative [B] or [B, N], which is the same to a
 *       softmax
 * </ul>
 *
 * <p>The teacher's scores are taken as logits. Where they are probabilities, which differ by less
 * than 1, set a small {@code teacherTemperature}, such as 0.1.
 *
 * <p>Source: Hinton et al. 2015, arXiv:1503.02531, section 2; Lin et al. 2020, arXiv:2010.11386,
 * equation 2, as in sentence-transformers. Differs: margins are taken too.
 *
 * @param similarity default dot product
 * @param studentTemperature divides the student's scores, above 0; default 1
 * @param teacherTemperature divides the teacher's scores, above 0; default 1
 */
public record DistillKLDivLoss(
    SimilarityFunction similarity, double studentTemperature, double teacherTemperature)
    implements SentenceLoss {

  /**
   * Checks the temperatures.
   *
   * @throws IllegalArgumentException if one is not above 0; the message shows the value
   */
  public DistillKLDivLoss {
    LossParameter.requirePositive("student temperature", studentTemperature);
    LossParameter.requirePositive("teacher temperature", teacherTemperature);
  }

  /** By dot product at temperature 1. */
  public DistillKLDivLoss() {
    this(SimilarityFunction.DOT, 1, 1);
  }

  static LossRecipe read(LossParameters p) {
    SimilarityFunction similarity = p.oneOf("similarity", SimilarityFunction.DOT);
    double both = p.positive("temperature", 1);
    DistillKLDivLoss loss =
        new DistillKLDivLoss(
            similarity,
            p.positive("studentTemperature", "temperature", both),
            p.positive("teacherTemperature", "temperature", both));
    return model -> loss;
  }

  @Override
  public LossInputs inputs() {
    return LossInputs.labelled(
        "DistillKLDivLoss",
        3,
        Integer.MAX_VALUE,
        "query, positive, negative, ...",
        LabelKind.MARGIN,
        "give triplets with the scores of a cross-encoder (train.data = triplets and"
            + " train.teacher)");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray query = columns.get(0);
    NDList scores = new NDList();
    for (NDArray candidate : columns.subList(1, columns.size())) {
      scores.add(similarity.pairwise(query, candidate));
    }
    NDArray student = NDArrays.stack(scores, 1).div(studentTemperature).logSoftmax(1); // [B, N + 1]
    NDArray wanted = TeacherMargins.scores(labels, scores.size() - 1).div(teacherTemperature);
    NDArray divergence = wanted.softmax(1).mul(wanted.logSoftmax(1).sub(student));
    float growth = (float) (studentTemperature * studentTemperature); // a double makes it float64
    return divergence.sum(new int[] {1}).mean().mul(growth);
  }
}
