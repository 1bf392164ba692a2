package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The softmax over a query's logits must be the softmax over its labels: cross entropy, mean over
 * the queries.
 *
 * <ul>
 *   <li>one column: logits of all documents of the batch [P, 1]
 *   <li>labels [P, 2]: number of the query within the batch, relevance of the document; see {@link
 *       io.silverspark.model.training.TrainingSet#forCrossEncoderLists}
 * </ul>
 *
 * <p>{@link LambdaLoss} takes the same rows and usually learns more from them.
 *
 * <p>Source: Cao et al. 2007, "Learning to Rank: From Pairwise Approach to Listwise Approach",
 * ICML, section 5 (top-one probabilities), as in sentence-transformers.
 *
 * @param activation of the logits; default identity
 * @param miniBatch pairs that go through the model at once, 0 for the whole batch; default 0
 */
public record ListNetLoss(LogitActivation activation, int miniBatch) implements SentenceLoss {

  /**
   * Checks the mini-batch size.
   *
   * @throws IllegalArgumentException if {@code miniBatch} is negative
   */
  public ListNetLoss {
    LossParameter.requireNotNegative("mini-batch size", miniBatch);
  }

  /** With the defaults. */
  public ListNetLoss() {
    this(LogitActivation.IDENTITY, 0);
  }

  static NamedCrossEncoderLoss.Recipe read(LossParameters p) {
    ListNetLoss loss = new ListNetLoss(p.activation(LogitActivation.IDENTITY), p.miniBatch());
    return labels -> loss;
  }

  @Override
  public LossInputs inputs() {
    return DocumentLists.inputs("ListNetLoss", LabelKind.RELEVANCE, Double.NEGATIVE_INFINITY);
  }

  @Override
  public OptionalInt miniBatchSize() {
    return miniBatch == 0 ? OptionalInt.empty() : OptionalInt.of(miniBatch);
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    DocumentLists lists = DocumentLists.of(labels);
    NDArray logits = lists.matrix(columns, activation); // [Q, N]
    long[] shape = {lists.queries(), lists.longest()};
    NDArray present = DocumentLists.beside(logits, lists.present(), shape);
    NDArray least = logits.zerosLike().sub(1e16);
    NDArray likelihoods = NDArrays.where(present.gt(0), logits, least).logSoftmax(1);
    NDArray wanted = DocumentLists.beside(logits, wanted(lists), shape);
    return likelihoods.mul(wanted).sum(new int[] {1}).mean().neg();
  }

  private static double[] wanted(DocumentLists lists) {
    double[] wanted = new double[lists.queries() * lists.longest()];
    for (int query = 0; query < lists.queries(); query++) {
      double[] labels = lists.labels(query);
      double greatest = Arrays.stream(labels).max().orElse(0);
      double sum = Arrays.stream(labels).map(label -> Math.exp(label - greatest)).sum();
      for (int i = 0; i < labels.length; i++) {
        wanted[query * lists.longest() + i] = Math.exp(labels[i] - greatest) / sum;
      }
    }
    return wanted;
  }
}
