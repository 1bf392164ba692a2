package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.text;
import static io.silverspark.model.config.SettingType.textMap;

import io.silverspark.model.config.NearestName;
import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingRule;
import io.silverspark.model.config.Settings;
import io.silverspark.model.loss.DataShape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Prompts of training by column, as the argument {@code prompts} of sentence-transformers: a text
 * for all columns, or one for each. Without them training uses no prompt, also where the model has
 * a default.
 */
public final class ColumnPrompts {
  /** Columns of pairs. */
  public static final List<String> PAIRS = List.of("sentence1", "sentence2");

  /** Columns of triplets; further negatives are as the first. */
  public static final List<String> TRIPLETS = List.of("anchor", "positive", "negative");

  /** The column of single texts. */
  public static final List<String> TEXTS = List.of("text");

  private static final List<String> ALL =
      Stream.of(PAIRS, TRIPLETS, TEXTS).flatMap(List::stream).toList();

  static final Setting<Optional<String>> PROMPT =
      new Setting<>(
          "train.prompt",
          text().orNone(),
          Optional.empty(),
          "Text in front of every text while training; null = train.prompts counts.");
  static final Setting<Map<String, String>> PROMPTS =
      new Setting<>(
          "train.prompts",
          textMap(),
          Map.of(),
          "Texts in front of the texts of a column while training, such as { anchor = \"query: \","
              + " positive = \"passage: \", negative = \"passage: \" }; columns are sentence1 and"
              + " sentence2 of pairs, anchor, positive and negative of triplets, text of single"
              + " texts; an absent column has none.");

  private ColumnPrompts() {}

  static List<SettingRule> rules() {
    return List.of(
        SettingRule.exclusive(PROMPT, PROMPTS),
        new SettingRule(List.of(PROMPTS), ColumnPrompts::unknownColumn),
        TrainingUse.promptsMustBeRead());
  }

  /**
   * The columns that a loss sees, in its order.
   *
   * @param source which rows
   * @param shape that the loss takes of them
   */
  public static List<String> columns(TrainingSource source, DataShape shape) {
    if (shape == DataShape.SENTENCES || source == TrainingSource.INTENTS) {
      return TEXTS;
    }
    if (source != TrainingSource.TRIPLETS || TrainingSource.areLabelledPairs(shape)) {
      return PAIRS;
    }
    return shape == DataShape.POSITIVE_PAIRS ? TRIPLETS.subList(0, 2) : TRIPLETS;
  }

  private static Optional<String> unknownColumn(Settings settings) {
    return settings.get(PROMPTS).keySet().stream()
        .filter(column -> !isKnown(column))
        .findFirst()
        .map(
            column ->
                "train.prompts has an unknown column '%s': needs %s.%s"
                    .formatted(
                        column,
                        String.join(", ", ALL),
                        NearestName.of(column, ALL)
                            .map(near -> " Did you mean '" + near + "'?")
                            .orElse("")));
  }

  static boolean isKnown(String column) {
    return ALL.contains(column);
  }

  /** The prompt of a column; empty: none is set. */
  public static Optional<String> of(Settings settings, String column) {
    return settings.get(PROMPT).or(() -> Optional.ofNullable(settings.get(PROMPTS).get(column)));
  }

  /** The prompts of some columns, in their order; an empty text where none is set. */
  public static List<String> of(Settings settings, List<String> columns) {
    return columns.stream().map(column -> of(settings, column).orElse("")).toList();
  }
}
