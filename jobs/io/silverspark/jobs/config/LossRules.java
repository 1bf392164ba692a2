package io.silverspark.jobs.config;

import io.silverspark.model.config.SettingRule;
import io.silverspark.model.config.Settings;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.ChosenLoss;
import io.silverspark.model.loss.MatryoshkaLoss;
import io.silverspark.model.loss.NamedLoss;
import io.silverspark.model.loss.SpladeLoss;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the settings of {@code train.loss} must meet, and the reference of the losses. */
public final class LossRules {
  /** The value of {@code train.loss} that leaves the choice to the data. */
  static final String AUTO = "auto";

  private LossRules() {}

  /** Losses that compare the rows of a batch need rows to compare. */
  static SettingRule batchSize() {
    return new SettingRule(
        List.of(TrainSettings.LOSS, TrainSettings.LOSS_PARAMETERS, TrainSettings.PLAN.batchSize()),
        LossRules::smallBatch);
  }

  /** Parameters must be known to the loss and have allowed values. */
  static SettingRule parameters() {
    return new SettingRule(
        List.of(TrainSettings.LOSS, TrainSettings.LOSS_PARAMETERS, TrainSettings.DATA),
        LossRules::wrongParameters);
  }

  /** The widths that the loss is summed over; none if the parameters are wrong, as a rule tells. */
  static List<Integer> matryoshkaDims(Map<String, String> parameters) {
    try {
      return MatryoshkaLoss.dimensions(parameters);
    } catch (UserException e) {
      return List.of();
    }
  }

  /** The words that {@code train.loss} takes. */
  static String[] names() {
    return Stream.of(
            Stream.of(AUTO), NamedLoss.names().stream(), ChosenLoss.wrapperNames().stream())
        .flatMap(names -> names)
        .toArray(String[]::new);
  }

  /**
   * The loss of the settings; of one that wraps another, the inner one.
   *
   * @param settings effective values
   * @param source decides where the settings leave it open
   */
  public static NamedLoss loss(Settings settings, TrainingSource source) {
    return chosen(settings, source).loss();
  }

  /**
   * The loss of the settings with its parameters.
   *
   * @param settings effective values
   * @param source decides where the settings leave it open
   * @throws UserException if a loss that wraps another names none
   */
  public static ChosenLoss chosen(Settings settings, TrainingSource source) {
    String name = settings.get(TrainSettings.LOSS);
    return ChosenLoss.of(
        name.equals(AUTO) ? source.usualLoss(settings.get(GoldSettings.SOURCE)).title() : name,
        settings.get(TrainSettings.LOSS_PARAMETERS));
  }

  private static Optional<String> smallBatch(Settings settings) {
    String name = settings.get(TrainSettings.LOSS);
    int rows = settings.get(TrainSettings.PLAN.batchSize());
    Optional<NamedLoss> loss = named(settings);
    if (loss.isEmpty()) {
      return Optional.empty();
    }
    return switch (loss.get().batching()) {
      case SHUFFLED -> Optional.empty();
      case NO_DUPLICATES -> problem(rows < 2, 2, name, "in-batch negatives need another row.");
      case GROUPED_BY_LABEL ->
          problem(rows < 4, 4, name, "a batch holds two texts each of two classes.");
    };
  }

  /** The loss that is named, or empty where the data or another rule decide. */
  private static Optional<NamedLoss> named(Settings settings) {
    String name = settings.get(TrainSettings.LOSS);
    try {
      return name.equals(AUTO)
          ? Optional.empty()
          : Optional.of(ChosenLoss.of(name, settings.get(TrainSettings.LOSS_PARAMETERS)).loss());
    } catch (UserException e) {
      return Optional.empty(); // the rule of the parameters says so
    }
  }

  private static Optional<String> problem(boolean isOne, int least, String name, String reason) {
    return isOne
        ? Optional.of(
            "train.batchSize must be >= %d while train.loss is %s, because %s"
                .formatted(least, name, reason))
        : Optional.empty();
  }

  private static Optional<String> wrongParameters(Settings settings) {
    TrainingSource source = TrainingSource.of(settings.get(TrainSettings.DATA));
    if (source == TrainingSource.DATASETS) {
      return Optional.empty(); // each data set is read as settings of its own
    }
    boolean isOpen = settings.get(TrainSettings.LOSS).equals(AUTO);
    if (isOpen && settings.get(TrainSettings.LOSS_PARAMETERS).isEmpty()) {
      return Optional.empty();
    }
    try {
      chosen(settings, source).read();
      return Optional.empty();
    } catch (UserException e) {
      return Optional.of("train.lossParameters: " + e.getMessage() + ".");
    }
  }

  /** A table of all losses with data and parameters, in Markdown. */
  public static String markdown() {
    Stream<String> wrappers =
        Stream.of(ChosenLoss.Wrapper.values())
            .filter(wrapper -> wrapper != ChosenLoss.Wrapper.NONE)
            .map(LossRules::row);
    return Stream.concat(Stream.of(NamedLoss.values()).map(LossRules::row), wrappers)
        .collect(
            Collectors.joining(
                "",
                "### Losses\n\n| train.loss | data | parameters and defaults |\n"
                    + "| --- | --- | --- |\n",
                ""));
  }

  private static String row(ChosenLoss.Wrapper wrapper) {
    String inner =
        wrapper == ChosenLoss.Wrapper.SPLADE
            ? "one of " + String.join(", ", SpladeLoss.innerNames())
            : "a loss of this table";
    return "| `%s` | those of `loss`, %s | %s |\n"
        .formatted(wrapper.title(), inner, parameters(wrapper.parameters()));
  }

  private static String row(NamedLoss loss) {
    String shapes =
        loss.shapes().stream().map(shape -> shape.title()).collect(Collectors.joining(", "));
    return "| `%s` | %s%s | %s |\n"
        .formatted(
            loss.title(),
            shapes,
            loss.teacher() == NamedLoss.Teacher.NONE ? "" : " and train.teacher",
            parameters(loss.parameters()));
  }

  private static String parameters(Map<String, String> defaults) {
    return defaults.entrySet().stream()
        .map(entry -> parameter(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String parameter(String name, String byDefault) {
    return byDefault.isEmpty() ? "`%s`".formatted(name) : "`%s` = %s".formatted(name, byDefault);
  }
}
