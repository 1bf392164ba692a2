package io.silverspark.model.loss;

import io.silverspark.model.error.UserException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The losses of cross-encoders by the names that sentence-transformers gives them; see {@link
 * NamedLoss} for those of sentence encoders, some of which have the same name.
 */
public enum NamedCrossEncoderLoss {
  /** {@link BinaryCrossEntropyLoss}. */
  BINARY_CROSS_ENTROPY(
      "BinaryCrossEntropyLoss",
      EnumSet.of(DataShape.SCORED_PAIRS, DataShape.BINARY_PAIRS),
      BinaryCrossEntropyLoss::read),
  /** {@link CategoricalCrossEntropyLoss}. */
  CROSS_ENTROPY(
      "CrossEntropyLoss",
      EnumSet.of(DataShape.CLASSIFIED_PAIRS),
      CategoricalCrossEntropyLoss::read),
  /** {@link CrossEncoderMSELoss}. */
  MSE("MSELoss", EnumSet.of(DataShape.SCORED_PAIRS), NamedCrossEncoderLoss::mse),
  /** {@link CrossEncoderMarginMSELoss}. */
  MARGIN_MSE(
      "MarginMSELoss",
      EnumSet.of(DataShape.TRIPLETS_WITH_MARGINS),
      NamedCrossEncoderLoss::marginMse),
  /** {@link CrossEncoderMultipleNegativesRankingLoss}. */
  MULTIPLE_NEGATIVES_RANKING(
      "MultipleNegativesRankingLoss",
      EnumSet.of(DataShape.POSITIVE_PAIRS, DataShape.TRIPLETS),
      NamedCrossEncoderLoss::ranking),
  /** {@link CrossEncoderCachedMultipleNegativesRankingLoss}. */
  CACHED_MULTIPLE_NEGATIVES_RANKING(
      "CachedMultipleNegativesRankingLoss",
      EnumSet.of(DataShape.POSITIVE_PAIRS, DataShape.TRIPLETS),
      NamedCrossEncoderLoss::cachedRanking),
  /** {@link LambdaLoss}. */
  LAMBDA("LambdaLoss", EnumSet.of(DataShape.DOCUMENT_LISTS), LambdaLoss::read),
  /** {@link RankNetLoss}. */
  RANK_NET("RankNetLoss", EnumSet.of(DataShape.DOCUMENT_LISTS), RankNetLoss::read),
  /** {@link ListNetLoss}. */
  LIST_NET("ListNetLoss", EnumSet.of(DataShape.DOCUMENT_LISTS), ListNetLoss::read),
  /** {@link ListMLELoss}. */
  LIST_MLE("ListMLELoss", EnumSet.of(DataShape.DOCUMENT_LISTS), ListMLELoss::read),
  /** {@link PListMLELoss}. */
  P_LIST_MLE("PListMLELoss", EnumSet.of(DataShape.DOCUMENT_LISTS), PListMLELoss::read),
  /** {@link ADRMSELoss}. */
  ADR_MSE("ADRMSELoss", EnumSet.of(DataShape.DOCUMENT_LISTS), ADRMSELoss::read);

  private final String title;
  private final Set<DataShape> shapes;
  private final Function<LossParameters, Recipe> reader;

  /** A loss whose settings are read and checked. */
  @FunctionalInterface
  public interface Recipe {
    /**
     * Makes the loss; the caller closes it.
     *
     * @param labels outputs of the cross-encoder
     */
    SentenceLoss create(int labels);
  }

  NamedCrossEncoderLoss(
      String title, Set<DataShape> shapes, Function<LossParameters, Recipe> reader) {
    this.title = title;
    this.shapes = shapes;
    this.reader = reader;
  }

  /** The name in sentence-transformers. */
  public String title() {
    return title;
  }

  /** The data that the loss takes. */
  public Set<DataShape> shapes() {
    return EnumSet.copyOf(shapes);
  }

  /** All names. */
  public static List<String> names() {
    return Arrays.stream(values()).map(NamedCrossEncoderLoss::title).toList();
  }

  /** The default of sentence-transformers for so many outputs. */
  public static NamedCrossEncoderLoss usual(int labels) {
    return labels == 1 ? BINARY_CROSS_ENTROPY : CROSS_ENTROPY;
  }

  /**
   * The loss of a name.
   *
   * @throws UserException if there is none, with all names
   */
  public static NamedCrossEncoderLoss of(String name) {
    return Arrays.stream(values())
        .filter(loss -> loss.title.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "'%s' is not a loss of a cross-encoder: needs one of %s"
                        .formatted(name, names().stream().collect(Collectors.joining(", ")))));
  }

  /**
   * Reads the parameters of this loss.
   *
   * @param given values by name; absent ones have the defaults of sentence-transformers
   * @return what makes the loss
   * @throws UserException if a parameter is unknown or its value is not allowed
   */
  public Recipe read(Map<String, String> given) {
    LossParameters parameters = new LossParameters(title, given);
    Recipe recipe = recipe(parameters);
    parameters.requireAllKnown();
    return recipe;
  }

  /** The parameters of this loss with their defaults, in a fixed order. */
  public Map<String, String> parameters() {
    LossParameters parameters = new LossParameters(title, Map.of());
    recipe(parameters);
    return parameters.defaults();
  }

  /** Whether negatives are drawn from each batch. */
  public boolean drawsNegatives() {
    return this == MULTIPLE_NEGATIVES_RANKING || this == CACHED_MULTIPLE_NEGATIVES_RANKING;
  }

  /** Whether the loss compares the documents of a query. */
  public boolean takesLists() {
    return shapes.contains(DataShape.DOCUMENT_LISTS);
  }

  private Recipe recipe(LossParameters parameters) {
    return reader.apply(parameters);
  }

  /**
   * Negatives that the ranking losses draw from the batch for each query, at most all that there
   * are.
   *
   * @param given as of {@link #read}
   */
  public static int drawnNegatives(Map<String, String> given) {
    return negatives(new LossParameters(MULTIPLE_NEGATIVES_RANKING.title, given));
  }

  private static int negatives(LossParameters p) {
    return p.wholeNumberOrAll(
        "numNegatives", CrossEncoderMultipleNegativesRankingLoss.DEFAULT_NEGATIVES, 1);
  }

  private static Recipe mse(LossParameters p) {
    LogitActivation activation = p.activation(LogitActivation.IDENTITY);
    return labels -> new CrossEncoderMSELoss(activation);
  }

  private static Recipe marginMse(LossParameters p) {
    LogitActivation activation = p.activation(LogitActivation.IDENTITY);
    return labels -> new CrossEncoderMarginMSELoss(activation);
  }

  private static Recipe cachedRanking(LossParameters p) {
    negatives(p); // used where the batches are made
    CrossEncoderCachedMultipleNegativesRankingLoss loss =
        new CrossEncoderCachedMultipleNegativesRankingLoss(
            p.positive("scale", CrossEncoderMultipleNegativesRankingLoss.DEFAULT_SCALE),
            p.activation(LogitActivation.SIGMOID),
            p.wholeNumber(
                "miniBatchSize", CachedMultipleNegativesRankingLoss.DEFAULT_MINI_BATCH, 1));
    return labels -> loss;
  }

  private static Recipe ranking(LossParameters p) {
    negatives(p); // used where the batches are made
    double scale = p.positive("scale", CrossEncoderMultipleNegativesRankingLoss.DEFAULT_SCALE);
    LogitActivation activation = p.activation(LogitActivation.SIGMOID);
    return labels -> new CrossEncoderMultipleNegativesRankingLoss(scale, activation);
  }
}
