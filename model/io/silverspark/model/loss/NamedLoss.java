package io.silverspark.model.loss;

import io.silverspark.model.error.UserException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The losses of sentence encoders by the names that sentence-transformers gives them, with the data
 * that each takes and its parameters. The one place that turns settings into a loss.
 *
 * <p>All take {@code matryoshkaDims}, {@code matryoshkaWeights} and {@code nDimsPerStep} besides,
 * which wrap them in a {@link MatryoshkaLoss}; SoftmaxLoss and the tension losses, whose own
 * parameters or copies have a fixed width, do not. {@link ChosenLoss} knows the names of losses
 * that wrap others.
 */
public enum NamedLoss {
  /** {@link CosineSimilarityLoss}. */
  COSINE_SIMILARITY(
      "CosineSimilarityLoss",
      EnumSet.of(DataShape.SCORED_PAIRS),
      p -> model -> new CosineSimilarityLoss()),
  /** {@link CoSENTLoss}. */
  COSENT("CoSENTLoss", EnumSet.of(DataShape.SCORED_PAIRS), NamedLoss::coSent),
  /** {@link AnglELoss}. */
  ANGLE("AnglELoss", EnumSet.of(DataShape.SCORED_PAIRS), NamedLoss::angle),
  /** {@link SoftmaxLoss}. */
  SOFTMAX("SoftmaxLoss", EnumSet.of(DataShape.CLASSIFIED_PAIRS), SoftmaxLoss::read),
  /** {@link ContrastiveLoss}. */
  CONTRASTIVE("ContrastiveLoss", EnumSet.of(DataShape.BINARY_PAIRS), NamedLoss::contrastive),
  /** {@link OnlineContrastiveLoss}. */
  ONLINE_CONTRASTIVE(
      "OnlineContrastiveLoss", EnumSet.of(DataShape.BINARY_PAIRS), NamedLoss::onlineContrastive),
  /** {@link MultipleNegativesRankingLoss}. */
  MULTIPLE_NEGATIVES_RANKING(
      "MultipleNegativesRankingLoss",
      EnumSet.of(DataShape.POSITIVE_PAIRS, DataShape.TRIPLETS),
      NamedLoss::ranking),
  /** {@link MultipleNegativesSymmetricRankingLoss}. */
  MULTIPLE_NEGATIVES_SYMMETRIC_RANKING(
      "MultipleNegativesSymmetricRankingLoss",
      EnumSet.of(DataShape.POSITIVE_PAIRS, DataShape.TRIPLETS),
      NamedLoss::symmetric),
  /** {@link CachedMultipleNegativesRankingLoss}. */
  CACHED_MULTIPLE_NEGATIVES_RANKING(
      "CachedMultipleNegativesRankingLoss",
      EnumSet.of(DataShape.POSITIVE_PAIRS, DataShape.TRIPLETS),
      NamedLoss::cachedRanking),
  /** {@link CachedMultipleNegativesSymmetricRankingLoss}. */
  CACHED_MULTIPLE_NEGATIVES_SYMMETRIC_RANKING(
      "CachedMultipleNegativesSymmetricRankingLoss",
      EnumSet.of(DataShape.POSITIVE_PAIRS, DataShape.TRIPLETS),
      CachedMultipleNegativesSymmetricRankingLoss::read),
  /** {@link GISTEmbedLoss}. */
  GIST_EMBED(
      "GISTEmbedLoss", EnumSet.of(DataShape.POSITIVE_PAIRS, DataShape.TRIPLETS), p -> gist(p, 0)),
  /** {@link GISTEmbedLoss} in mini-batches. */
  CACHED_GIST_EMBED(
      "CachedGISTEmbedLoss",
      EnumSet.of(DataShape.POSITIVE_PAIRS, DataShape.TRIPLETS),
      p ->
          gist(
              p,
              p.wholeNumber(
                  "miniBatchSize", CachedMultipleNegativesRankingLoss.DEFAULT_MINI_BATCH, 1))),
  /** {@link MegaBatchMarginLoss}. */
  MEGA_BATCH_MARGIN(
      "MegaBatchMarginLoss", EnumSet.of(DataShape.POSITIVE_PAIRS), NamedLoss::megaBatch),
  /** {@link TripletLoss}. */
  TRIPLET("TripletLoss", EnumSet.of(DataShape.TRIPLETS), NamedLoss::triplet),
  /** {@link MarginMSELoss}. */
  MARGIN_MSE("MarginMSELoss", EnumSet.of(DataShape.TRIPLETS_WITH_MARGINS), NamedLoss::marginMse),
  /** {@link DistillKLDivLoss}. */
  DISTILL_KL_DIV(
      "DistillKLDivLoss", EnumSet.of(DataShape.TRIPLETS_WITH_MARGINS), DistillKLDivLoss::read),
  /** {@link BatchHardTripletLoss}. */
  BATCH_HARD_TRIPLET(
      "BatchHardTripletLoss",
      EnumSet.of(DataShape.LABELLED_SENTENCES),
      p -> batchTriplet(p, BatchHardTripletLoss::new)),
  /** {@link BatchHardSoftMarginTripletLoss}. */
  BATCH_HARD_SOFT_MARGIN_TRIPLET(
      "BatchHardSoftMarginTripletLoss",
      EnumSet.of(DataShape.LABELLED_SENTENCES),
      NamedLoss::softMargin),
  /** {@link BatchSemiHardTripletLoss}. */
  BATCH_SEMI_HARD_TRIPLET(
      "BatchSemiHardTripletLoss",
      EnumSet.of(DataShape.LABELLED_SENTENCES),
      p -> batchTriplet(p, BatchSemiHardTripletLoss::new)),
  /** {@link BatchAllTripletLoss}. */
  BATCH_ALL_TRIPLET(
      "BatchAllTripletLoss",
      EnumSet.of(DataShape.LABELLED_SENTENCES),
      p -> batchTriplet(p, BatchAllTripletLoss::new)),
  /** {@link MSELoss}. */
  MSE("MSELoss", EnumSet.of(DataShape.SENTENCES), MSELoss::read),
  /** {@link EmbedDistillLoss}. */
  EMBED_DISTILL("EmbedDistillLoss", EnumSet.of(DataShape.SENTENCES), EmbedDistillLoss::read),
  /** {@link GlobalOrthogonalRegularizationLoss}. */
  GLOBAL_ORTHOGONAL_REGULARIZATION(
      "GlobalOrthogonalRegularizationLoss",
      EnumSet.of(DataShape.SENTENCES),
      GlobalOrthogonalRegularizationLoss::read),
  /** {@link ContrastiveTensionLoss}. */
  CONTRASTIVE_TENSION(
      "ContrastiveTensionLoss",
      EnumSet.of(DataShape.SENTENCES),
      p -> model -> new ContrastiveTensionLoss()),
  /** {@link ContrastiveTensionLossInBatchNegatives}. */
  CONTRASTIVE_TENSION_IN_BATCH_NEGATIVES(
      "ContrastiveTensionLossInBatchNegatives",
      EnumSet.of(DataShape.SENTENCES),
      NamedLoss::tensionInBatch);

  private static final Map<String, NamedLoss> SHORT_NAMES =
      Map.of("cosine", COSINE_SIMILARITY, "mnr", MULTIPLE_NEGATIVES_RANKING, "softmax", SOFTMAX);

  /** How the batches of a loss are put together. */
  public enum Batching {
    /** At random. */
    SHUFFLED,
    /** At random, no text in two rows: the other rows are negatives. */
    NO_DUPLICATES,
    /** Several classes, several texts of each. */
    GROUPED_BY_LABEL
  }

  /** What a loss asks of another model. */
  public enum Teacher {
    /** Nothing. */
    NONE,
    /** Embeddings of a sentence encoder. */
    SENTENCE_ENCODER,
    /** Scores of a cross-encoder. */
    CROSS_ENCODER
  }

  private final String title;
  private final Set<DataShape> shapes;
  private final Function<LossParameters, LossRecipe> reader;

  NamedLoss(String title, Set<DataShape> shapes, Function<LossParameters, LossRecipe> reader) {
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

  /** All names: those of sentence-transformers, then the short ones. */
  public static List<String> names() {
    return Stream.concat(
            Arrays.stream(values()).map(NamedLoss::title), SHORT_NAMES.keySet().stream().sorted())
        .toList();
  }

  /**
   * The loss of a name.
   *
   * @param name as in sentence-transformers, or short
   * @return the loss
   * @throws UserException if there is none, with all names
   */
  public static NamedLoss of(String name) {
    return Arrays.stream(values())
        .filter(loss -> loss.title.equals(name) || loss == SHORT_NAMES.get(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "'%s' is not a loss: needs one of %s"
                        .formatted(
                            name,
                            Arrays.stream(values())
                                .map(NamedLoss::title)
                                .collect(Collectors.joining(", ")))));
  }

  /**
   * Reads the parameters of this loss.
   *
   * @param given values by name; absent ones have the defaults of sentence-transformers
   * @return what makes the loss
   * @throws UserException if a parameter is unknown or its value is not allowed
   */
  public LossRecipe read(Map<String, String> given) {
    return new ChosenLoss(ChosenLoss.Wrapper.NONE, this, given).read();
  }

  /** Asks for the parameters of this loss alone. */
  LossRecipe recipe(LossParameters parameters) {
    return reader.apply(parameters);
  }

  /** Whether the loss can be computed on the first components of the embeddings. */
  boolean mayBeCut() {
    return this != SOFTMAX && !trainsTwins();
  }

  /** The parameters of this loss with their defaults, in a fixed order. */
  public Map<String, String> parameters() {
    LossParameters parameters = new LossParameters(title, Map.of());
    LossRecipe inner = recipe(parameters);
    if (mayBeCut()) {
      MatryoshkaLoss.ifAsked(inner, parameters);
    }
    return parameters.defaults();
  }

  /** How batches are put together. */
  public Batching batching() {
    if (shapes.contains(DataShape.LABELLED_SENTENCES)) {
      return Batching.GROUPED_BY_LABEL;
    }
    boolean inBatch =
        shapes.contains(DataShape.POSITIVE_PAIRS)
            || this == CONTRASTIVE_TENSION_IN_BATCH_NEGATIVES
            || this == GLOBAL_ORTHOGONAL_REGULARIZATION;
    return inBatch ? Batching.NO_DUPLICATES : Batching.SHUFFLED;
  }

  /** What the loss asks of another model. */
  public Teacher teacher() {
    return switch (this) {
      case GIST_EMBED, CACHED_GIST_EMBED, MSE, EMBED_DISTILL -> Teacher.SENTENCE_ENCODER;
      case MARGIN_MSE, DISTILL_KL_DIV -> Teacher.CROSS_ENCODER;
      default -> Teacher.NONE;
    };
  }

  /** Whether two copies of the model are trained; see {@link ContrastiveTensionLoss}. */
  public boolean trainsTwins() {
    return this == CONTRASTIVE_TENSION || this == CONTRASTIVE_TENSION_IN_BATCH_NEGATIVES;
  }

  private static LossRecipe coSent(LossParameters p) {
    double scale = p.positive("scale", CoSENTLoss.DEFAULT_SCALE);
    SimilarityFunction similarity = p.oneOf("similarity", SimilarityFunction.COSINE);
    return model -> new CoSENTLoss(scale, similarity);
  }

  private static LossRecipe angle(LossParameters p) {
    double scale = p.positive("scale", CoSENTLoss.DEFAULT_SCALE);
    return model -> new AnglELoss(scale);
  }

  private static LossRecipe contrastive(LossParameters p) {
    Distance distance = p.oneOf("distanceMetric", Distance.COSINE);
    double margin = p.positive("margin", ContrastiveLoss.DEFAULT_MARGIN);
    boolean average = p.flag("sizeAverage", true);
    return model -> new ContrastiveLoss(distance, margin, average);
  }

  private static LossRecipe onlineContrastive(LossParameters p) {
    Distance distance = p.oneOf("distanceMetric", Distance.COSINE);
    double margin = p.positive("margin", ContrastiveLoss.DEFAULT_MARGIN);
    return model -> new OnlineContrastiveLoss(distance, margin);
  }

  private static RankingOptions rankingOptions(LossParameters p) {
    return new RankingOptions(
        p.positive("scale", MultipleNegativesRankingLoss.DEFAULT_SCALE),
        p.oneOf("similarity", SimilarityFunction.COSINE),
        Set.copyOf(p.listOf("directions", RankingOptions.Direction.QUERY_TO_DOC)),
        p.oneOf("partitionMode", RankingOptions.Partition.JOINT),
        new Hardness(
            p.oneOf("hardnessMode", Hardness.Mode.NONE), p.notNegative("hardnessStrength", 0)));
  }

  private static LossRecipe ranking(LossParameters p) {
    RankingOptions options = rankingOptions(p);
    return model -> new MultipleNegativesRankingLoss(options);
  }

  private static LossRecipe symmetric(LossParameters p) {
    double scale = p.positive("scale", MultipleNegativesRankingLoss.DEFAULT_SCALE);
    SimilarityFunction similarity = p.oneOf("similarity", SimilarityFunction.COSINE);
    return model -> new MultipleNegativesSymmetricRankingLoss(scale, similarity);
  }

  private static LossRecipe cachedRanking(LossParameters p) {
    RankingOptions options = rankingOptions(p);
    int miniBatch =
        p.wholeNumber("miniBatchSize", CachedMultipleNegativesRankingLoss.DEFAULT_MINI_BATCH, 1);
    return model -> new CachedMultipleNegativesRankingLoss(options, miniBatch);
  }

  private static LossRecipe gist(LossParameters p, int miniBatch) {
    GISTEmbedLoss loss =
        new GISTEmbedLoss(
            p.positive("temperature", GISTEmbedLoss.DEFAULT_TEMPERATURE),
            p.oneOf("marginStrategy", GISTEmbedLoss.MarginStrategy.ABSOLUTE),
            p.number("margin", 0),
            p.flag("contrastAnchors", true),
            p.flag("contrastPositives", true),
            miniBatch);
    return model -> loss;
  }

  private static LossRecipe megaBatch(LossParameters p) {
    MegaBatchMarginLoss loss =
        new MegaBatchMarginLoss(
            p.number("positiveMargin", MegaBatchMarginLoss.DEFAULT_POSITIVE_MARGIN),
            p.number("negativeMargin", MegaBatchMarginLoss.DEFAULT_NEGATIVE_MARGIN),
            p.wholeNumber("miniBatchSize", MegaBatchMarginLoss.DEFAULT_MINI_BATCH, 0));
    return model -> loss;
  }

  private static LossRecipe triplet(LossParameters p) {
    Distance distance = p.oneOf("distanceMetric", Distance.EUCLIDEAN);
    double margin = p.number("tripletMargin", TripletLoss.DEFAULT_MARGIN);
    return model -> new TripletLoss(distance, margin);
  }

  private static LossRecipe marginMse(LossParameters p) {
    SimilarityFunction similarity = p.oneOf("similarity", SimilarityFunction.DOT);
    return model -> new MarginMSELoss(similarity);
  }

  private static LossRecipe batchTriplet(
      LossParameters p, BiFunction<Distance, Double, SentenceLoss> maker) {
    Distance distance = p.oneOf("distanceMetric", Distance.EUCLIDEAN);
    double margin = p.number("margin", TripletLoss.DEFAULT_MARGIN);
    return model -> maker.apply(distance, margin);
  }

  private static LossRecipe softMargin(LossParameters p) {
    Distance distance = p.oneOf("distanceMetric", Distance.EUCLIDEAN);
    return model -> new BatchHardSoftMarginTripletLoss(distance);
  }

  private static LossRecipe tensionInBatch(LossParameters p) {
    double scale = p.positive("scale", ContrastiveTensionLossInBatchNegatives.DEFAULT_SCALE);
    SimilarityFunction similarity = p.oneOf("similarity", SimilarityFunction.COSINE);
    return model ->
        ContrastiveTensionLossInBatchNegatives.create(model.manager(), scale, similarity);
  }
}
