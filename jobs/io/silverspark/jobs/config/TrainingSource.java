package io.silverspark.jobs.config;

import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.DataShape;
import io.silverspark.model.loss.NamedLoss;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What a bi-encoder of a run learns from; each has its own model directory. */
public enum TrainingSource {
  /** The gold pairs alone. */
  GOLD("gold", "gold", "gold only"),
  /** The gold pairs, repeated, and the silver pairs. */
  GOLD_SILVER("gold+silver", "gold-silver", "gold + silver"),
  /** The mined triplets. */
  TRIPLETS("triplets", "triplets", "triplets"),
  /** The training rows of the table intents: single texts with a class. */
  INTENTS("intents", "intents", "intents"),
  /** Several data sets, each by a loss of its own; see {@link DatasetSettings}. */
  DATASETS("datasets", "datasets", "several data sets");

  private final String setting;
  private final String directory;
  private final String title;

  TrainingSource(String setting, String directory, String title) {
    this.setting = setting;
    this.directory = directory;
    this.title = title;
  }

  /** Value of {@code train.data}. */
  public String setting() {
    return setting;
  }

  /** Name of the model's directory. */
  public String directory() {
    return directory;
  }

  /** What tables and plots call the model. */
  public String title() {
    return title;
  }

  /**
   * The rows that this data gives, the most natural first.
   *
   * @param goldSource value of {@code gold.source}
   * @return shapes that a loss may take
   */
  public List<DataShape> shapes(String goldSource) {
    return switch (this) {
      case GOLD, GOLD_SILVER ->
          switch (goldSource) {
            case "sts" -> List.of(DataShape.SCORED_PAIRS, DataShape.SENTENCES);
            case "pairs" ->
                this == GOLD
                    ? List.of(DataShape.POSITIVE_PAIRS, DataShape.SENTENCES)
                    : List.of(
                        DataShape.SCORED_PAIRS, DataShape.POSITIVE_PAIRS, DataShape.SENTENCES);
            default ->
                List.of(
                    DataShape.SCORED_PAIRS,
                    DataShape.POSITIVE_PAIRS,
                    DataShape.CLASSIFIED_PAIRS,
                    DataShape.BINARY_PAIRS,
                    DataShape.SENTENCES);
          };
      case TRIPLETS ->
          List.of(
              DataShape.TRIPLETS,
              DataShape.TRIPLETS_WITH_MARGINS,
              DataShape.POSITIVE_PAIRS,
              DataShape.BINARY_PAIRS,
              DataShape.SCORED_PAIRS,
              DataShape.SENTENCES);
      case INTENTS -> List.of(DataShape.LABELLED_SENTENCES, DataShape.SENTENCES);
      case DATASETS -> List.of();
    };
  }

  /** Whether triplets become pairs with label 1 or 0 in this shape. */
  public static boolean areLabelledPairs(DataShape shape) {
    return shape == DataShape.BINARY_PAIRS || shape == DataShape.SCORED_PAIRS;
  }

  /**
   * The loss where the settings name none.
   *
   * @param goldSource value of {@code gold.source}
   */
  public NamedLoss usualLoss(String goldSource) {
    return switch (this) {
      case GOLD ->
          goldSource.equals("pairs")
              ? NamedLoss.MULTIPLE_NEGATIVES_RANKING
              : NamedLoss.COSINE_SIMILARITY;
      case GOLD_SILVER -> NamedLoss.COSINE_SIMILARITY;
      case TRIPLETS -> NamedLoss.MULTIPLE_NEGATIVES_RANKING;
      case INTENTS -> NamedLoss.BATCH_HARD_SOFT_MARGIN_TRIPLET;
      case DATASETS -> throw new IllegalStateException("each data set has a loss of its own");
    };
  }

  /** Name of the stage that trains it. */
  public String stage() {
    return "train-bi-" + directory;
  }

  /**
   * The source of a setting's value.
   *
   * @param value such as {@code gold+silver}
   * @return the source
   */
  public static TrainingSource of(String value) {
    return Arrays.stream(values())
        .filter(source -> source.setting.equals(value.strip()))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "'%s' is not training data: needs one of %s".formatted(value, settings())));
  }

  /** All values that the setting may have. */
  public static String settings() {
    return Arrays.stream(values()).map(TrainingSource::setting).collect(Collectors.joining(", "));
  }

  /**
   * Sources named in a list.
   *
   * @param list separated by commas, or {@code none}
   * @return in the order of the list
   */
  public static List<TrainingSource> list(String list) {
    if (list.strip().equals("none")) {
      return List.of();
    }
    return Arrays.stream(list.split(",")).map(TrainingSource::of).toList();
  }
}
