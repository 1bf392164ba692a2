package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Another loss on the vectors of a sparse encoder, and beside it what makes them sparse: the
 * squared mean weight of each token of the vocabulary, summed (FLOPS), of the first column
 * (queries) and of all others (documents). Both count little at the start: see {@link #atStep}.
 *
 * <ul>
 *   <li>columns and labels: those of the inner loss; the first column are queries, each [B, V]
 * </ul>
 *
 * <p>Source: Formal et al. 2022, arXiv:2205.04733, and for FLOPS Paria et al. 2020,
 * arXiv:2004.05665, as in sentence-transformers.
 *
 * @param inner any loss without parameters of its own; closed with this one
 * @param documents how strongly the documents are made sparse
 * @param queries the same of queries; none if all columns are documents
 * @param schedule how the weights of both rise
 * @param miniBatch texts that go through the model at once, 0 for the whole batch
 */
public record SpladeLoss(
    SentenceLoss inner,
    Regularizer documents,
    Optional<Regularizer> queries,
    Schedule schedule,
    int miniBatch)
    implements SentenceLoss {
  /** The name in sentence-transformers. */
  static final String TITLE = "SpladeLoss";

  /** Of the default loss of sentence-transformers' SparseEncoderTrainer. */
  private static final double DEFAULT_DOCUMENT_WEIGHT = 3e-5;

  private static final double DEFAULT_QUERY_WEIGHT = 5e-5;
  private static final double DEFAULT_WARMUP = 1.0 / 3;

  /** The inner losses, with what differs from their defaults for dense vectors. */
  private static final Map<String, Map<String, String>> DEFAULTS =
      Map.of(
          "SparseMultipleNegativesRankingLoss", Map.of("scale", "1", "similarity", "dot"),
          "SparseMarginMSELoss", Map.of(),
          "SparseDistillKLDivLoss", Map.of("temperature", "2"),
          "SparseTripletLoss", Map.of(),
          "SparseCosineSimilarityLoss", Map.of(),
          "SparseCoSENTLoss", Map.of(),
          "SparseAnglELoss", Map.of());

  /**
   * One of the two terms beside the inner loss.
   *
   * @param weight 0 or more
   * @param threshold vectors with at most so many active dimensions do not count; 0: all count
   */
  public record Regularizer(double weight, int threshold) {
    /** Checks the weight. */
    public Regularizer {
      LossParameter.requireNotNegative("regularizer weight", weight);
    }

    private NDArray of(NDArray vectors, double factor) {
      NDArray counted = vectors;
      if (threshold > 0) {
        NDArray active = vectors.gt(0).toType(DataType.FLOAT32, false).sum(new int[] {1}, true);
        counted = vectors.mul(active.gt(threshold).toType(vectors.getDataType(), false));
      }
      return counted.mean(new int[] {0}).square().sum().mul((float) (weight * factor));
    }
  }

  /** How the weights rise. */
  public enum SchedulerType {
    /** With the square of the step. */
    QUADRATIC,
    /** With the step. */
    LINEAR
  }

  /**
   * The weights of a step: 0 at first, whole after a part of all steps.
   *
   * @param type of the rise
   * @param warmupRatio the part, above 0 to 1
   * @param factor of this step, 0 to 1
   */
  public record Schedule(SchedulerType type, double warmupRatio, double factor) {
    /** Checks the part. */
    public Schedule {
      if (!(warmupRatio > 0 && warmupRatio <= 1)) {
        throw new IllegalArgumentException(
            "warmupRatio is %s, expected above 0 to 1".formatted(warmupRatio));
      }
    }

    private Schedule at(long step, long steps) {
      long warmup = Math.max(1, (long) (steps * warmupRatio));
      double share = step >= warmup ? 1 : (double) step / warmup;
      return new Schedule(type, warmupRatio, type == SchedulerType.LINEAR ? share : share * share);
    }
  }

  /** The names that the parameter {@code loss} takes. */
  public static List<String> innerNames() {
    return DEFAULTS.keySet().stream().sorted().toList();
  }

  /** The defaults of an inner loss, by the name that it has for sparse vectors. */
  static Optional<Map<String, String>> defaults(String inner) {
    return Optional.ofNullable(DEFAULTS.get(inner));
  }

  static LossRecipe read(LossRecipe inner, LossParameters p) {
    double weight = p.notNegative("documentRegularizerWeight", DEFAULT_DOCUMENT_WEIGHT);
    Regularizer documents =
        new Regularizer(weight, p.wholeNumberOrNone("documentRegularizerThreshold", 1));
    boolean documentsOnly = p.flag("useDocumentRegularizerOnly", false);
    for (String name : List.of("queryRegularizerWeight", "queryRegularizerThreshold")) {
      if (documentsOnly && p.isGiven(name)) {
        throw new IllegalArgumentException(
            name + " has no meaning while useDocumentRegularizerOnly is true: leave one out");
      }
    }
    Regularizer queries =
        new Regularizer(
            p.notNegative("queryRegularizerWeight", DEFAULT_QUERY_WEIGHT),
            p.wholeNumberOrNone("queryRegularizerThreshold", 1));
    Schedule schedule =
        new Schedule(
            p.oneOf("schedulerType", SchedulerType.QUADRATIC),
            p.positive("warmupRatio", DEFAULT_WARMUP),
            1);
    int miniBatch = p.miniBatch();
    return model ->
        new SpladeLoss(
            inner.create(model),
            documents,
            documentsOnly ? Optional.empty() : Optional.of(queries),
            schedule,
            miniBatch);
  }

  @Override
  public LossInputs inputs() {
    return inner.inputs();
  }

  @Override
  public Map<String, NDArray> parameters() {
    return inner.parameters();
  }

  @Override
  public OptionalInt miniBatchSize() {
    return miniBatch > 0 ? OptionalInt.of(miniBatch) : OptionalInt.empty();
  }

  @Override
  public SentenceLoss atStep(long step, long steps) {
    return new SpladeLoss(inner, documents, queries, schedule.at(step, steps), miniBatch);
  }

  @Override
  public String description() {
    return "SpladeLoss[inner=%s, documents=%s, queries=%s, schedule=%s, miniBatch=%d]"
        .formatted(inner.description(), documents, queries, schedule, miniBatch);
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray loss = inner.compute(columns, labels);
    NDArray texts = columns.get(queries.isPresent() ? 1 : 0);
    for (int i = queries.isPresent() ? 2 : 1; i < columns.size(); i++) {
      texts = texts.concat(columns.get(i));
    }
    NDArray sum = loss.add(documents.of(texts, schedule.factor()));
    return queries.isPresent() ? sum.add(queries.get().of(columns.get(0), schedule.factor())) : sum;
  }

  @Override
  public void close() {
    inner.close();
  }
}
