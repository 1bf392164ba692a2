package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import java.util.Arrays;
import java.util.Comparator;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Of two documents of a query the more relevant one must have the greater logit, and this counts
 * more where the order would change NDCG: mean over these pairs of {@code -log(sigmoid(sigma * (x_i
 * - x_j))^w_ij)}.
 *
 * <ul>
 *   <li>one column: logits of all documents of the batch [P, 1]
 *   <li>labels [P, 2]: number of the query within the batch, relevance of the document, 0 or more;
 *       see {@link io.silverspark.model.training.TrainingSet#forCrossEncoderLists}
 * </ul>
 *
 * <p>Gains are {@code 2^label - 1} divided by the best DCG of the query, positions those of the
 * present logits; weights pass no gradient.
 *
 * <p>Source: Wang et al. 2018, "The LambdaLoss Framework for Ranking Metric Optimization", CIKM,
 * section 4, as in sentence-transformers. Differs: a batch without a pair to compare has loss 0,
 * where it has NaN there.
 *
 * @param weightingScheme default {@link WeightingScheme#NDCG_LOSS2PP}
 * @param mu share of NDCG_LOSS2 in NDCG_LOSS2PP, 0 or more; default 10
 * @param k only the documents on the first k positions count, 0 for all; default 0
 * @param sigma slope of the sigmoid, above 0; default 1
 * @param eps smallest probability, above 0; default 1e-10
 * @param reductionLog default binary
 * @param activation of the logits; default identity
 * @param miniBatch pairs that go through the model at once, 0 for the whole batch; default 0
 */
public record LambdaLoss(
    WeightingScheme weightingScheme,
    double mu,
    int k,
    double sigma,
    double eps,
    ReductionLog reductionLog,
    LogitActivation activation,
    int miniBatch)
    implements SentenceLoss {
  static final double DEFAULT_MU = 10;
  static final double DEFAULT_EPS = 1e-10;

  /** What a pair of documents i and j on positions from 1 counts; g are gains. */
  public enum WeightingScheme {
    /** 1; this is {@link RankNetLoss}. */
    NONE,
    /** {@code g_i / log2(1 + i)}, over all pairs whatever their labels. */
    NDCG_LOSS1,
    /** {@code |g_i - g_j|} times the difference of the discounts of neighbours this far apart. */
    NDCG_LOSS2,
    /** {@code |g_i - g_j| * |1 / log2(1 + i) - 1 / log2(1 + j)|}, of LambdaRank. */
    LAMBDA_RANK,
    /** {@code mu * NDCG_LOSS2 + LAMBDA_RANK}. */
    NDCG_LOSS2PP
  }

  /** Base of the logarithm. */
  public enum ReductionLog {
    /** e. */
    NATURAL,
    /** 2. */
    BINARY
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if {@code sigma} or {@code eps} is not above 0 or another
   *     number is negative
   */
  public LambdaLoss {
    LossParameter.requireNotNegative("mu", mu);
    LossParameter.requireNotNegative("k", k);
    LossParameter.requirePositive("sigma", sigma);
    LossParameter.requirePositive("eps", eps);
    LossParameter.requireNotNegative("mini-batch size", miniBatch);
  }

  /** With the defaults. */
  public LambdaLoss() {
    this(
        WeightingScheme.NDCG_LOSS2PP,
        DEFAULT_MU,
        0,
        1,
        DEFAULT_EPS,
        ReductionLog.BINARY,
        LogitActivation.IDENTITY,
        0);
  }

  static NamedCrossEncoderLoss.Recipe read(LossParameters p) {
    LambdaLoss loss =
        new LambdaLoss(
            p.oneOf("weightingScheme", WeightingScheme.NDCG_LOSS2PP),
            p.notNegative("mu", DEFAULT_MU),
            p.wholeNumberOrNone("k", 1),
            p.positive("sigma", 1),
            p.positive("eps", DEFAULT_EPS),
            p.oneOf("reductionLog", ReductionLog.BINARY),
            p.activation(LogitActivation.IDENTITY),
            p.miniBatch());
    return labels -> loss;
  }

  @Override
  public LossInputs inputs() {
    boolean hasGains = weightingScheme != WeightingScheme.NONE;
    return DocumentLists.inputs(
        "LambdaLoss", LabelKind.RELEVANCE, hasGains ? 0 : Double.NEGATIVE_INFINITY);
  }

  @Override
  public OptionalInt miniBatchSize() {
    return miniBatch == 0 ? OptionalInt.empty() : OptionalInt.of(miniBatch);
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    DocumentLists lists = DocumentLists.of(labels);
    NDArray logits = lists.matrix(columns, activation); // [Q, N]
    Pairs pairs = new Pairs(lists, logits);
    long[] shape = {lists.queries(), lists.longest(), lists.longest()};
    NDArray counted = DocumentLists.beside(logits, pairs.counted, shape);
    NDArray weights = DocumentLists.beside(logits, pairs.weights, shape);
    NDArray differences = logits.expandDims(2).sub(logits.expandDims(1)); // [Q, N, N]
    NDArray likelihoods = Activation.sigmoid(differences.mul(sigma)).maximum(eps);
    NDArray logarithms = likelihoods.pow(weights).maximum(eps).log();
    NDArray sum = NDArrays.where(counted.gt(0), logarithms, logarithms.zerosLike()).sum().neg();
    double base = reductionLog == ReductionLog.BINARY ? Math.log(2) : 1;
    return sum.div((float) (base * Math.max(1, Arrays.stream(pairs.counted).sum())));
  }

  /** Which pairs of documents count, and how much: [Q, N, N], in the order of the documents. */
  private final class Pairs {
    private final double[] counted;
    private final double[] weights;
    private final int longest;

    Pairs(DocumentLists lists, NDArray logits) {
      longest = lists.longest();
      counted = new double[lists.queries() * longest * longest];
      weights = new double[counted.length];
      double[] values = logits.toType(DataType.FLOAT64, false).toDoubleArray();
      for (int query = 0; query < lists.queries(); query++) {
        int start = query * longest;
        double[] own = Arrays.copyOfRange(values, start, start + lists.lists().get(query).size());
        add(query, lists.labels(query), own);
      }
    }

    private void add(int query, double[] labels, double[] logits) {
      int[] byLogit =
          IntStream.range(0, labels.length)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -logits[i]))
              .mapToInt(Integer::intValue)
              .toArray();
      int most = k == 0 ? labels.length : Math.min(k, labels.length);
      double best = Math.max(eps, bestGain(labels));
      for (int i = 0; i < most; i++) {
        for (int j = 0; j < most; j++) {
          double first = labels[byLogit[i]];
          double second = labels[byLogit[j]];
          if (first > second || weightingScheme == WeightingScheme.NDCG_LOSS1) {
            int at = (query * longest + byLogit[i]) * longest + byLogit[j];
            counted[at] = 1;
            weights[at] = weight(i + 1, j + 1, gain(first) / best, gain(second) / best);
          }
        }
      }
    }

    private double bestGain(double[] labels) {
      double[] sorted = Arrays.stream(labels).map(x -> -x).sorted().map(x -> -x).toArray();
      double sum = 0;
      for (int i = 0; i < sorted.length && (k == 0 || i < k); i++) {
        sum += gain(sorted[i]) / discount(i + 1);
      }
      return sum;
    }

    private static double gain(double label) {
      return Math.pow(2, Math.max(0, label)) - 1;
    }

    private static double discount(int position) {
      return Math.log(1.0 + position) / Math.log(2);
    }

    private double weight(int i, int j, double first, double second) {
      double gains = Math.abs(first - second);
      double byDistance =
          i == j ? 0 : 1 / discount(Math.abs(i - j)) - 1 / discount(Math.abs(i - j) + 1);
      double byPosition = Math.abs(1 / discount(i) - 1 / discount(j));
      return switch (weightingScheme) {
        case NONE -> 1;
        case NDCG_LOSS1 -> first / discount(i);
        case NDCG_LOSS2 -> byDistance * gains;
        case LAMBDA_RANK -> byPosition * gains;
        case NDCG_LOSS2PP -> (mu * byDistance + byPosition) * gains;
      };
    }
  }
}
