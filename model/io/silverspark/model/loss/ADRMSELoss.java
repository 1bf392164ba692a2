package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import java.util.OptionalInt;

/**
 * Approximate discounted rank error: a document's rank by the logits, made differentiable by
 * sigmoids, must be its rank by the labels; squared error divided by {@code log2(1 + rank)}, mean
 * over the documents.
 *
 * <ul>
 *   <li>one column: logits of all documents of the batch [P, 1]
 *   <li>labels [P, 2]: number of the query within the batch, relevance of the document, for
 *       instance the score of a teacher; see {@link
 *       io.silverspark.model.training.TrainingSet#forCrossEncoderLists}
 * </ul>
 *
 * <p>Equal labels share the mean of their ranks.
 *
 * <p>Source: Schlatt et al. 2025, "Rank-DistiLLM", ECIR, section 3; ranks as in Qin et al. 2010, "A
 * general approximation framework for direct optimization of information retrieval measures", as in
 * sentence-transformers.
 *
 * @param alpha slope of the sigmoids, above 0; default 1
 * @param activation of the logits; default identity
 * @param miniBatch pairs that go through the model at once, 0 for the whole batch; default 0
 */
public record ADRMSELoss(double alpha, LogitActivation activation, int miniBatch)
    implements SentenceLoss {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if {@code alpha} is not above 0 or {@code miniBatch} negative
   */
  public ADRMSELoss {
    LossParameter.requirePositive("alpha", alpha);
    LossParameter.requireNotNegative("mini-batch size", miniBatch);
  }

  /** With the defaults. */
  public ADRMSELoss() {
    this(1, LogitActivation.IDENTITY, 0);
  }

  static NamedCrossEncoderLoss.Recipe read(LossParameters p) {
    ADRMSELoss loss =
        new ADRMSELoss(
            p.positive("alpha", 1), p.activation(LogitActivation.IDENTITY), p.miniBatch());
    return labels -> loss;
  }

  @Override
  public LossInputs inputs() {
    return DocumentLists.inputs("ADRMSELoss", LabelKind.RELEVANCE, Double.NEGATIVE_INFINITY);
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
    NDArray above = // [Q, N, N]: how much j is above i
        Activation.sigmoid(logits.expandDims(1).sub(logits.expandDims(2)).mul(alpha));
    NDArray ranks = above.mul(present.expandDims(1)).sum(new int[] {2}).add(0.5);
    double[] wanted = ranks(lists);
    NDArray errors = ranks.sub(DocumentLists.beside(logits, wanted, shape)).square();
    return errors
        .mul(DocumentLists.beside(logits, discounts(wanted), shape))
        .sum()
        .div(lists.documents());
  }

  /** From 1; equal labels share the mean; 0 where there is no document. */
  private static double[] ranks(DocumentLists lists) {
    double[] ranks = new double[lists.queries() * lists.longest()];
    for (int query = 0; query < lists.queries(); query++) {
      double[] labels = lists.labels(query);
      for (int i = 0; i < labels.length; i++) {
        int greater = 0;
        int equal = 0;
        for (double label : labels) {
          greater += label > labels[i] ? 1 : 0;
          equal += label == labels[i] ? 1 : 0;
        }
        ranks[query * lists.longest() + i] = greater + (equal + 1) / 2.0;
      }
    }
    return ranks;
  }

  private static double[] discounts(double[] ranks) {
    double[] discounts = new double[ranks.length];
    for (int i = 0; i < ranks.length; i++) {
      discounts[i] = ranks[i] == 0 ? 0 : Math.log(2) / Math.log(1 + ranks[i]);
    }
    return discounts;
  }
}
