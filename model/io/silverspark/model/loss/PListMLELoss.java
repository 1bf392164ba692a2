package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import java.util.OptionalInt;

/**
 * Likelihood of the right order of a query's documents: at each position the document that belongs
 * there must beat all that come after it, {@code -w_i log(exp(x_i) / sum over j >= i of exp(x_j))};
 * sum over the positions, mean over the queries.
 *
 * <ul>
 *   <li>one column: logits of all documents of the batch [P, 1]
 *   <li>labels [P, 2]: number of the query within the batch, relevance of the document; see {@link
 *       io.silverspark.model.training.TrainingSet#forCrossEncoderLists}
 * </ul>
 *
 * <p>Source: Lan et al. 2014, "Position-Aware ListMLE: A Sequential Learning Process for Ranking",
 * UAI, section 4, as in sentence-transformers, whose 1e-10 within the logarithm is here too. A
 * single softmax takes the place of its exponentials, so large logits do not overflow.
 *
 * @param lambdaWeight of the positions; default {@link PositionWeight#EXPONENTIAL}
 * @param activation of the logits; default identity
 * @param miniBatch pairs that go through the model at once, 0 for the whole batch; default 0
 * @param respectInputOrder whether the documents come in the right order, best first, so that
 *     labels are not looked at; else they are sorted by falling label. Default true
 */
public record PListMLELoss(
    PositionWeight lambdaWeight,
    LogitActivation activation,
    int miniBatch,
    boolean respectInputOrder)
    implements SentenceLoss {
  private static final double EPSILON = 1e-10;

  /** How much the positions of a list of n documents count, from 0 for the best. */
  public enum PositionWeight {
    /** {@code 2^(n - position) - 1}, divided by their sum. */
    EXPONENTIAL,
    /** 1 for all, which is {@link ListMLELoss}. */
    NONE;

    private double[] of(int documents) {
      double[] weights = new double[documents];
      double sum = EPSILON;
      for (int i = 0; i < documents; i++) {
        weights[i] = this == NONE ? 1 : Math.pow(2, documents - i) - 1;
        sum += weights[i];
      }
      for (int i = 0; i < documents && this != NONE; i++) {
        weights[i] /= sum;
      }
      return weights;
    }
  }

  /**
   * Checks the mini-batch size.
   *
   * @throws IllegalArgumentException if {@code miniBatch} is negative
   */
  public PListMLELoss {
    LossParameter.requireNotNegative("mini-batch size", miniBatch);
  }

  /** With the defaults. */
  public PListMLELoss() {
    this(PositionWeight.EXPONENTIAL, LogitActivation.IDENTITY, 0, true);
  }

  static NamedCrossEncoderLoss.Recipe read(LossParameters p) {
    PListMLELoss loss =
        new PListMLELoss(
            p.oneOf("lambdaWeight", PositionWeight.EXPONENTIAL),
            p.activation(LogitActivation.IDENTITY),
            p.miniBatch(),
            p.flag("respectInputOrder", true));
    return labels -> loss;
  }

  @Override
  public LossInputs inputs() {
    return inputs("PListMLELoss", respectInputOrder);
  }

  static LossInputs inputs(String name, boolean respectInputOrder) {
    return DocumentLists.inputs(
        name, respectInputOrder ? LabelKind.ORDER : LabelKind.RELEVANCE, Double.NEGATIVE_INFINITY);
  }

  @Override
  public OptionalInt miniBatchSize() {
    return miniBatch == 0 ? OptionalInt.empty() : OptionalInt.of(miniBatch);
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    DocumentLists given = DocumentLists.of(labels);
    DocumentLists lists = respectInputOrder ? given : given.byFallingLabel();
    NDArray logits = lists.matrix(columns, activation); // [Q, N]
    int queries = lists.queries();
    int longest = lists.longest();
    NDArray candidates = // [Q, N, N]: row i holds the documents from i on
        logits.expandDims(1).add(logits.zerosLike().expandDims(2));
    NDArray kept = DocumentLists.beside(logits, fromEach(lists), queries, longest, longest);
    NDArray nothing = candidates.zerosLike().sub(Double.POSITIVE_INFINITY);
    NDArray left = NDArrays.where(kept.gt(0), candidates, nothing);
    NDArray floor = logits.zerosLike().add(Math.log(EPSILON)).expandDims(2);
    NDArray likelihoods = left.concat(floor, 2).logSoftmax(2); // [Q, N, N + 1]
    NDArray own = logits.getManager().arange(0, longest, 1, DataType.INT64).reshape(1, longest, 1);
    NDArray ofOwn = likelihoods.gather(own.broadcast(queries, longest, 1), 2); // [Q, N, 1]
    NDArray weights = DocumentLists.beside(logits, weights(lists), queries, longest, 1);
    NDArray there = weights.gt(0); // likelihoods of what is not there are infinite
    return NDArrays.where(there, ofOwn, ofOwn.zerosLike()).mul(weights).sum().neg().div(queries);
  }

  private double[] weights(DocumentLists lists) {
    double[] weights = new double[lists.queries() * lists.longest()];
    for (int query = 0; query < lists.queries(); query++) {
      double[] own = lambdaWeight.of(lists.lists().get(query).size());
      System.arraycopy(own, 0, weights, query * lists.longest(), own.length);
    }
    return weights;
  }

  /** 1 where document j of a query is there and not before document i. */
  private static double[] fromEach(DocumentLists lists) {
    int longest = lists.longest();
    double[] kept = new double[lists.queries() * longest * longest];
    for (int query = 0; query < lists.queries(); query++) {
      int size = lists.lists().get(query).size();
      for (int i = 0; i < size; i++) {
        for (int j = i; j < size; j++) {
          kept[(query * longest + i) * longest + j] = 1;
        }
      }
    }
    return kept;
  }
}
