package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.OptionalInt;

/**
 * Of two documents of a query the more relevant one must have the greater logit, every such pair
 * counting the same: {@link LambdaLoss} without weights.
 *
 * <ul>
 *   <li>one column: logits of all documents of the batch [P, 1]
 *   <li>labels [P, 2]: number of the query within the batch, relevance of the document; see {@link
 *       io.silverspark.model.training.TrainingSet#forCrossEncoderLists}
 * </ul>
 *
 * <p>Source: Burges et al. 2005, "Learning to Rank using Gradient Descent", ICML, section 3, as in
 * sentence-transformers.
 *
 * @param k only the documents on the first k positions count, 0 for all; default 0
 * @param sigma slope of the sigmoid, above 0; default 1
 * @param eps smallest probability, above 0; default 1e-10
 * @param reductionLog default binary
 * @param activation of the logits; default identity
 * @param miniBatch pairs that go through the model at once, 0 for the whole batch; default 0
 */
public record RankNetLoss(
    int k,
    double sigma,
    double eps,
    LambdaLoss.ReductionLog reductionLog,
    LogitActivation activation,
    int miniBatch)
    implements SentenceLoss {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if {@code sigma} or {@code eps} is not above 0 or another
   *     number is negative
   */
  public RankNetLoss {
    lambda(k, sigma, eps, reductionLog, activation, miniBatch);
  }

  /** With the defaults. */
  public RankNetLoss() {
    this(0, 1, LambdaLoss.DEFAULT_EPS, LambdaLoss.ReductionLog.BINARY, LogitActivation.IDENTITY, 0);
  }

  static NamedCrossEncoderLoss.Recipe read(LossParameters p) {
    RankNetLoss loss =
        new RankNetLoss(
            p.wholeNumberOrNone("k", 1),
            p.positive("sigma", 1),
            p.positive("eps", LambdaLoss.DEFAULT_EPS),
            p.oneOf("reductionLog", LambdaLoss.ReductionLog.BINARY),
            p.activation(LogitActivation.IDENTITY),
            p.miniBatch());
    return labels -> loss;
  }

  private static LambdaLoss lambda(
      int k,
      double sigma,
      double eps,
      LambdaLoss.ReductionLog reductionLog,
      LogitActivation activation,
      int miniBatch) {
    return new LambdaLoss(
        LambdaLoss.WeightingScheme.NONE, 0, k, sigma, eps, reductionLog, activation, miniBatch);
  }

  @Override
  public LossInputs inputs() {
    return DocumentLists.inputs("RankNetLoss", LabelKind.RELEVANCE, Double.NEGATIVE_INFINITY);
  }

  @Override
  public OptionalInt miniBatchSize() {
    return miniBatch == 0 ? OptionalInt.empty() : OptionalInt.of(miniBatch);
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    return lambda(k, sigma, eps, reductionLog, activation, miniBatch).compute(columns, labels);
  }
}
