package io.silverspark.jobs.config;

import io.silverspark.model.config.SettingRule;
import io.silverspark.model.config.Settings;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.NamedLoss;
import java.util.List;
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
        List.of(TrainSettings.LOSS, TrainSettings.BATCH_SIZE), LossRules::smallBatch);
  }

  /** Parameters must be known to the loss and have allowed values. */
  static SettingRule parameters() {
    return new SettingRule(
        List.of(TrainSettings.LOSS, TrainSettings.LOSS_PARAMETERS, TrainSettings.DATA),
        LossRules::wrongParameters);
  }

  /** The words that {@code train.loss} takes. */
  static String[] names() {
    return Stream.concat(Stream.of(AUTO), NamedLoss.names().stream()).toArray(String[]::new);
  }

  /**
   * The loss of the settings.
   *
   * @param settings effective values
   * @param variant decides where the settings leave it open
   */
  public static NamedLoss loss(Settings settings, BiEncoderVariant variant) {
    String name = settings.get(TrainSettings.LOSS);
    return name.equals(AUTO) ? variant.usualLoss() : NamedLoss.of(name);
  }

  private static Optional<String> smallBatch(Settings settings) {
    String name = settings.get(TrainSettings.LOSS);
    int rows = settings.get(TrainSettings.BATCH_SIZE);
    if (name.equals(AUTO)) {
      return Optional.empty();
    }
    return switch (NamedLoss.of(name).batching()) {
      case SHUFFLED -> Optional.empty();
      case NO_DUPLICATES -> problem(rows < 2, 2, name, "in-batch negatives need another row.");
      case GROUPED_BY_LABEL ->
          problem(rows < 4, 4, name, "a batch holds two texts each of two classes.");
    };
  }

  private static Optional<String> problem(boolean isOne, int least, String name, String reason) {
    return isOne
        ? Optional.of(
            "train.batchSize must be >= %d while train.loss is %s, because %s"
                .formatted(least, name, reason))
        : Optional.empty();
  }

  private static Optional<String> wrongParameters(Settings settings) {
    BiEncoderVariant variant = BiEncoderVariant.of(settings.get(TrainSettings.DATA));
    if (variant == BiEncoderVariant.DATASETS) {
      return Optional.empty(); // each data set is read as settings of its own
    }
    boolean isOpen = settings.get(TrainSettings.LOSS).equals(AUTO);
    if (isOpen && settings.get(TrainSettings.LOSS_PARAMETERS).isEmpty()) {
      return Optional.empty();
    }
    try {
      loss(settings, variant).read(settings.get(TrainSettings.LOSS_PARAMETERS));
      return Optional.empty();
    } catch (UserException e) {
      return Optional.of("train.lossParameters: " + e.getMessage() + ".");
    }
  }

  /** A table of all losses with data and parameters, in Markdown. */
  public static String markdown() {
    return Stream.of(NamedLoss.values())
        .map(LossRules::row)
        .collect(
            Collectors.joining(
                "",
                "### Losses\n\n| train.loss | data | parameters and defaults |\n"
                    + "| --- | --- | --- |\n",
                ""));
  }

  private static String row(NamedLoss loss) {
    String shapes =
        loss.shapes().stream().map(shape -> shape.title()).collect(Collectors.joining(", "));
    String parameters =
        loss.parameters().entrySet().stream()
            .map(entry -> parameter(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
    return "| `%s` | %s%s | %s |\n"
        .formatted(
            loss.title(),
            shapes,
            loss.teacher() == NamedLoss.Teacher.NONE ? "" : " and train.teacher",
            parameters);
  }

  private static String parameter(String name, String byDefault) {
    return byDefault.isEmpty() ? "`%s`".formatted(name) : "`%s` = %s".formatted(name, byDefault);
  }
}
