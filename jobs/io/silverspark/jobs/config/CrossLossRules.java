package io.silverspark.jobs.config;

import io.silverspark.model.config.SettingRule;
import io.silverspark.model.config.Settings;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.ChosenCrossEncoderLoss;
import io.silverspark.model.loss.DataShape;
import io.silverspark.model.loss.NamedCrossEncoderLoss;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the settings of {@code cross.loss} must meet, and the reference of these losses. */
public final class CrossLossRules {
  /** The value of {@code cross.loss} that leaves the choice to the number of outputs. */
  static final String AUTO = "auto";

  private CrossLossRules() {}

  /** The words that {@code cross.loss} takes. */
  static String[] names() {
    return Stream.concat(Stream.of(AUTO), NamedCrossEncoderLoss.names().stream())
        .toArray(String[]::new);
  }

  /**
   * The loss of the settings.
   *
   * @param settings effective values
   */
  public static NamedCrossEncoderLoss loss(Settings settings) {
    String name = settings.get(CrossSettings.LOSS);
    return name.equals(AUTO)
        ? NamedCrossEncoderLoss.usual(settings.get(CrossSettings.NUM_LABELS))
        : NamedCrossEncoderLoss.of(name);
  }

  /** The loss of the settings with its parameters. */
  public static ChosenCrossEncoderLoss chosen(Settings settings) {
    return new ChosenCrossEncoderLoss(loss(settings), settings.get(CrossSettings.LOSS_PARAMETERS));
  }

  /** Scores have one output, classes several. */
  static SettingRule outputs() {
    return new SettingRule(
        List.of(CrossSettings.LOSS, CrossSettings.NUM_LABELS), CrossLossRules::wrongOutputs);
  }

  /** Parameters must be known to the loss and have allowed values. */
  static SettingRule parameters() {
    return new SettingRule(
        List.of(CrossSettings.LOSS, CrossSettings.LOSS_PARAMETERS, CrossSettings.NUM_LABELS),
        CrossLossRules::wrongParameters);
  }

  /** Names of the losses that learn from document lists, separated by commas. */
  static String ofLists() {
    return Stream.of(NamedCrossEncoderLoss.values())
        .filter(NamedCrossEncoderLoss::takesLists)
        .map(NamedCrossEncoderLoss::title)
        .collect(Collectors.joining(", "));
  }

  private static Optional<String> wrongOutputs(Settings settings) {
    NamedCrossEncoderLoss loss = loss(settings);
    boolean classes = loss.shapes().contains(DataShape.CLASSIFIED_PAIRS);
    int labels = settings.get(CrossSettings.NUM_LABELS);
    return classes == labels > 1
        ? Optional.empty()
        : Optional.of(
            "cross.numLabels must be %s while cross.loss is %s, because %s."
                .formatted(
                    classes ? ">= 2" : "1",
                    loss.title(),
                    classes ? "it learns classes" : "a score is one number"));
  }

  private static Optional<String> wrongParameters(Settings settings) {
    try {
      loss(settings).read(settings.get(CrossSettings.LOSS_PARAMETERS));
      return Optional.empty();
    } catch (UserException e) {
      return Optional.of("cross.lossParameters: " + e.getMessage() + ".");
    }
  }

  /** A table of all losses with data and parameters, in Markdown. */
  public static String markdown() {
    return Stream.of(NamedCrossEncoderLoss.values())
        .map(CrossLossRules::row)
        .collect(
            Collectors.joining(
                "",
                "### Losses of the cross-encoder\n\n"
                    + "| cross.loss | data | parameters and defaults |\n"
                    + "| --- | --- | --- |\n",
                ""));
  }

  private static String row(NamedCrossEncoderLoss loss) {
    String shapes = loss.shapes().stream().map(DataShape::title).collect(Collectors.joining(", "));
    String parameters =
        loss.parameters().entrySet().stream()
            .map(entry -> "`%s` = %s".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
    return "| `%s` | %s | %s |\n".formatted(loss.title(), shapes, parameters);
  }
}
