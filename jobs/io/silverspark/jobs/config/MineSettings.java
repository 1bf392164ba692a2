package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.name;
import static io.silverspark.model.config.SettingType.number;
import static io.silverspark.model.config.SettingType.numberBetween;
import static io.silverspark.model.config.SettingType.oneOf;
import static io.silverspark.model.config.SettingType.text;
import static io.silverspark.model.config.SettingType.wholeNumber;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import io.silverspark.model.config.SettingRule;
import io.silverspark.model.config.Settings;
import io.silverspark.model.error.UserException;
import io.silverspark.model.mining.HardNegativePolicy;
import io.silverspark.model.mining.NegativeDifficulty;
import io.silverspark.model.prompt.Prompt;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How {@code mine} finds triplets; the filters are those of mine_hard_negatives. */
public final class MineSettings {
  private static final String POSITIVES = "positives";
  private static final String HYPOTHESES = "hypotheses";

  public static final Setting<NegativeDifficulty> STRATEGY =
      new Setting<>(
          "mine.strategy",
          oneOf(NegativeDifficulty.class),
          NegativeDifficulty.HARD,
          "Negatives: random ones (easy), just below the positive (semi-hard), the nearest"
              + " (hard).");
  public static final Setting<Integer> NEGATIVES_PER_ANCHOR =
      new Setting<>("mine.negativesPerAnchor", wholeNumber(1), 1, "Triplets made for each anchor.");
  public static final Setting<String> CORPUS =
      new Setting<>(
          "mine.corpus",
          name(),
          POSITIVES,
          "Texts that may be negatives besides the positives: none (positives), the neutral and"
              + " contradicting hypotheses of NLI (hypotheses), or those of a table: a path"
              + " (.parquet, .jsonl, .txt, Delta table), catalog:NAME.SCHEMA.TABLE or query:SELECT"
              + " ....");
  public static final Setting<String> CORPUS_COLUMN =
      new Setting<>(
          "mine.corpusColumn", name(), "text", "Column or field with the texts of such a table.");
  public static final Setting<Integer> RANGE_MIN =
      new Setting<>(
          "mine.rangeMin", wholeNumber(0), 0, "Skips this many of the nearest candidates.");
  public static final Setting<Optional<Integer>> RANGE_MAX =
      new Setting<>(
          "mine.rangeMax",
          wholeNumber(1).orNone(),
          Optional.of(50),
          "Looks no further than this rank among the nearest texts that pass the filters; null ="
              + " as far as mine_hard_negatives without range_max: mine.rangeMin, the negatives, ten"
              + " times as many where mine.margin, mine.relativeMargin or mine.maxScore filter, and"
              + " the most positives of an anchor.");
  public static final Setting<Optional<Double>> MAX_SCORE =
      new Setting<>(
          "mine.maxScore",
          number().orNone(),
          Optional.empty(),
          "Leaves out candidates that score higher: cosines lie from -1 to 1, negated distances"
              + " below 0.");
  public static final Setting<Optional<Double>> MIN_SCORE =
      new Setting<>(
          "mine.minScore",
          number().orNone(),
          Optional.empty(),
          "Leaves out candidates that score lower.");
  public static final Setting<Optional<Double>> MARGIN =
      new Setting<>(
          "mine.margin",
          number().where(">= 0", margin -> margin >= 0).orNone(),
          Optional.empty(),
          "How far negatives score below the positive: at least this (hard; easy, null = 0), at"
              + " most this (semi-hard, null = 0.2).");

  public static final Setting<Optional<Double>> RELATIVE_MARGIN =
      new Setting<>(
          "mine.relativeMargin",
          numberBetween(0, 1).orNone(),
          Optional.empty(),
          "A negative must score below the positive by this share of the positive's score.");

  public static final Setting<HardNegativePolicy.Sampling> SAMPLING =
      new Setting<>(
          "mine.sampling",
          oneOf(HardNegativePolicy.Sampling.class),
          HardNegativePolicy.Sampling.TOP,
          "Takes the nearest of the candidates within the ranks (top), or any of them (random).");
  public static final Setting<String> SEARCH =
      new Setting<>(
          "mine.search",
          oneOf("exact", "hnsw"),
          "exact",
          "Compares every anchor with every candidate (exact), or searches graphs that are built"
              + " once for the tables' versions (hnsw): for 100,000 texts and more.");
  public static final Setting<String> CROSS_ENCODER =
      new Setting<>(
          "mine.crossEncoder",
          text(),
          "",
          "Denoises: scores of this cross-encoder, a directory, replace the cosines in the"
              + " margins and limits; empty = none.");
  public static final Setting<String> MATCH_CLASS =
      new Setting<>(
          "mine.matchClass",
          text(),
          "",
          "Class of mine.crossEncoder whose probability is the score, by name or number; empty ="
              + " the one that its id2label names, such as entailment.");
  public static final Setting<String> EMBEDDINGS =
      new Setting<>(
          "mine.embeddings",
          oneOf("memory", "table"),
          "memory",
          "Where embeddings are kept: with the executors until the job ends (memory), or in the"
              + " table embeddings, committed in chunks, so that a killed job goes on and a later"
              + " one embeds new texts only (table).");
  public static final Setting<String> PRODUCE =
      new Setting<>(
          "mine.produce",
          oneOf("both", "triplets", "candidates"),
          "both",
          "Tables to make: triplets, candidate_pairs, or both; the other is left empty.");

  public static final PromptSettings QUERY_PROMPT =
      PromptSettings.of("mine.queryPrompt", "the anchors", Prompt.QUERY);
  public static final PromptSettings CORPUS_PROMPT =
      PromptSettings.of("mine.corpusPrompt", "positives and candidates", Prompt.DOCUMENT);

  public static final SettingGroup GROUP =
      new SettingGroup(
          "Mining",
          List.of(
              STRATEGY,
              NEGATIVES_PER_ANCHOR,
              CORPUS,
              CORPUS_COLUMN,
              MinedTableSettings.CORPUS_ID,
              RANGE_MIN,
              RANGE_MAX,
              MAX_SCORE,
              MIN_SCORE,
              MARGIN,
              RELATIVE_MARGIN,
              SAMPLING,
              SEARCH,
              CROSS_ENCODER,
              MATCH_CLASS,
              EMBEDDINGS,
              PRODUCE,
              MinedTableSettings.OUTPUT,
              MinedTableSettings.OUTPUT_FORMAT,
              MinedTableSettings.OUTPUT_SCORES,
              MinedTableSettings.INCLUDE_POSITIVES,
              QUERY_PROMPT.text(),
              QUERY_PROMPT.name(),
              CORPUS_PROMPT.text(),
              CORPUS_PROMPT.name()),
          Stream.concat(MinedTableSettings.rules().stream(), rules().stream()).toList());

  /** What came after the others, see {@code Fingerprint}. */
  public static final Set<Setting<?>> LATER =
      Stream.concat(Stream.of(CORPUS_COLUMN), MinedTableSettings.ALL.stream())
          .collect(Collectors.toUnmodifiableSet());

  private MineSettings() {}

  private static List<SettingRule> rules() {
    return List.of(
        SettingRule.mustBeRead(
            SAMPLING,
            s -> s.get(STRATEGY) != NegativeDifficulty.EASY,
            "mine.strategy = easy always draws at random",
            STRATEGY),
        SettingRule.mustBeRead(
            SEARCH,
            s -> s.get(STRATEGY) != NegativeDifficulty.EASY,
            "mine.strategy = easy draws texts and searches none",
            STRATEGY),
        SettingRule.mustBeRead(
            CORPUS_COLUMN, MineSettings::minesTable, "mine.corpus names no table", CORPUS),
        QUERY_PROMPT.rule(),
        CORPUS_PROMPT.rule(),
        SettingRule.require(
            s -> s.get(CROSS_ENCODER).isEmpty() || isFiltered(s),
            "mine.crossEncoder needs one of mine.margin, mine.relativeMargin, mine.maxScore"
                + " and mine.minScore, or its scores filter nothing.",
            CROSS_ENCODER,
            MARGIN,
            RELATIVE_MARGIN,
            MAX_SCORE,
            MIN_SCORE),
        SettingRule.require(
            s ->
                s.get(RANGE_MAX).orElse(Integer.MAX_VALUE) - s.get(RANGE_MIN)
                    >= s.get(NEGATIVES_PER_ANCHOR),
            "mine.rangeMax must leave room for mine.negativesPerAnchor ranks after"
                + " mine.rangeMin.",
            RANGE_MIN,
            RANGE_MAX,
            NEGATIVES_PER_ANCHOR),
        SettingRule.require(
            s -> s.get(STRATEGY) != NegativeDifficulty.SEMI_HARD || s.get(MARGIN).orElse(1.0) > 0,
            "mine.margin must be above 0 while mine.strategy is semi-hard, or no candidate is"
                + " left.",
            STRATEGY,
            MARGIN),
        SettingRule.require(
            s ->
                s.get(MIN_SCORE).orElse(Double.NEGATIVE_INFINITY)
                    < s.get(MAX_SCORE).orElse(Double.POSITIVE_INFINITY),
            "mine.minScore must be below mine.maxScore, or no candidate is left.",
            MIN_SCORE,
            MAX_SCORE));
  }

  /** Whether negatives come of a table that the settings name. */
  public static boolean minesTable(Settings settings) {
    String corpus = settings.get(CORPUS);
    return !corpus.equals(POSITIVES) && !corpus.equals(HYPOTHESES);
  }

  /** Whether hypotheses that are not entailed may be negatives. */
  public static boolean minesHypotheses(Settings settings) {
    return settings.get(CORPUS).equals(HYPOTHESES);
  }

  /**
   * Refuses margins and limits that no cosine reaches.
   *
   * @throws UserException naming the first one
   */
  public static void requireCosines(Settings settings) {
    require(settings, MAX_SCORE, -1, 1);
    require(settings, MIN_SCORE, -1, 1);
    require(settings, MARGIN, 0, 2);
  }

  private static void require(
      Settings settings, Setting<Optional<Double>> setting, double least, double most) {
    double value = settings.get(setting).orElse(least);
    if (value < least || value > most) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%s = %s, expected a number from %.0f to %.0f, since scores are cosines",
              setting.key(),
              value,
              least,
              most));
    }
  }

  /** Whether triplets come of a search of this kind. */
  public static boolean searches(Settings settings, String kind) {
    return !settings.get(PRODUCE).equals("candidates")
        && settings.get(STRATEGY) != NegativeDifficulty.EASY
        && settings.get(SEARCH).equals(kind);
  }

  /**
   * The settings that the tables depend on, so that a change to the others does not mine again.
   *
   * @param settings effective values
   * @return settings of this group
   */
  public static List<Setting<?>> of(Settings settings) {
    if (settings.get(PRODUCE).equals("candidates")) {
      return List.of(EMBEDDINGS, PRODUCE);
    }
    boolean drawn = settings.get(STRATEGY) == NegativeDifficulty.EASY;
    return GROUP.settings().stream()
        .filter(setting -> !drawn || (setting != SAMPLING && setting != SEARCH))
        .toList();
  }

  private static boolean isFiltered(Settings settings) {
    return settings.get(MARGIN).isPresent()
        || settings.get(RELATIVE_MARGIN).isPresent()
        || settings.get(MAX_SCORE).isPresent()
        || settings.get(MIN_SCORE).isPresent();
  }
}
