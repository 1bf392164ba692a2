package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.numberBetween;
import static io.silverspark.model.config.SettingType.oneOf;
import static io.silverspark.model.config.SettingType.text;
import static io.silverspark.model.config.SettingType.wholeNumber;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import io.silverspark.model.config.SettingRule;
import io.silverspark.model.config.Settings;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.prompt.Prompt;
import java.util.List;

/** How {@code label} chooses new pairs and lets the cross-encoder score them. */
public final class SilverSettings {
  public static final Setting<String> METHOD =
      new Setting<>(
          "silver.method",
          oneOf("recombine", "relabel"),
          "recombine",
          "New pairs from unlabelled sentences (recombine), or the training rows that are not gold"
              + " without their labels (relabel).");
  public static final Setting<String> CORPUS =
      new Setting<>(
          "silver.corpus",
          oneOf("rest", "nli", "intents", "pairs"),
          "rest",
          "Unlabelled sentences to recombine: of the training rows of gold.source that are not gold"
              + " (rest), of the NLI pairs, the intent utterances, or the pairs of anchor and positive.");
  public static final Setting<String> LABELS =
      new Setting<>(
          "silver.labels",
          oneOf("soft", "hard"),
          "soft",
          "Keeps the cross-encoder's score (soft) or only its class, 0 or 1 (hard).");
  public static final Setting<Integer> ROWS =
      new Setting<>("silver.rows", wholeNumber(0), 8000, "Silver pairs at most; 0 = no limit.");
  public static final Setting<Integer> PER_SENTENCE =
      new Setting<>(
          "silver.perSentence",
          wholeNumber(1),
          3,
          "Nearest sentences that each sentence is paired with.");
  public static final Setting<String> SEARCH =
      new Setting<>(
          "silver.search",
          oneOf("exact", "hnsw", "bm25"),
          "exact",
          "How sentences find their nearest: by embedding, every pair compared (exact) or through"
              + " graphs (hnsw), or by shared words (bm25).");
  public static final Setting<String> SAMPLING =
      new Setting<>(
          "silver.sampling",
          oneOf("neighbours", "random", "stratified", "density"),
          "neighbours",
          "Which of the pairs found: neighbours with silver.randomShare random ones; random ones"
              + " alone; or neighbours and random ones such that every similarity is equally"
              + " frequent (stratified) or as frequent as among the gold pairs (density, by a"
              + " kernel estimate).");
  public static final Setting<Double> RANDOM_SHARE =
      new Setting<>(
          "silver.randomShare",
          numberBetween(0, 1),
          0.25,
          "Share of pairs drawn at random, for low similarities.");
  public static final Setting<Integer> MAX_CHARACTERS =
      new Setting<>(
          "silver.maxCharacters",
          wholeNumber(1),
          100_000,
          "A pair with a longer text goes to quarantine instead of the cross-encoder.");
  public static final Setting<Double> MAX_BAD_SHARE =
      new Setting<>(
          "silver.maxBadShare",
          numberBetween(0, 1),
          0.5,
          "Share of pairs of one chunk that fail in the cross-encoder above which label fails,"
              + " because the fault is then in the model, not in the pairs.");
  public static final Setting<Integer> CHUNK_ROWS =
      new Setting<>(
          "silver.chunkRows",
          wholeNumber(1),
          2000,
          "Pairs labelled per commit; a killed job repeats at most these.");
  public static final Setting<Precision> PRECISION =
      new Setting<>(
          "silver.precision",
          oneOf(Precision.class),
          Precision.AUTO,
          "Arithmetic of labelling; auto as for model.precision.");
  public static final Setting<String> MATCH_CLASS =
      new Setting<>(
          "silver.matchClass",
          text(),
          "",
          "Class of the cross-encoder whose probability is the score, by name or number; empty ="
              + " the one that its id2label names, as train-cross writes it.");
  public static final Setting<String> CANDIDATE_MODEL =
      new Setting<>(
          "silver.candidateModel",
          text(),
          "",
          "Model for the semantic search of candidates; empty = model.base with all layers.");

  public static final PromptSettings PROMPT =
      PromptSettings.of("silver.prompt", "the sentences that are paired", Prompt.DEFAULT);

  public static final SettingGroup GROUP =
      new SettingGroup(
          "Silver",
          List.of(
              METHOD,
              CORPUS,
              LABELS,
              ROWS,
              PER_SENTENCE,
              SEARCH,
              SAMPLING,
              RANDOM_SHARE,
              MAX_CHARACTERS,
              MAX_BAD_SHARE,
              CHUNK_ROWS,
              PRECISION,
              MATCH_CLASS,
              CANDIDATE_MODEL,
              PROMPT.text(),
              PROMPT.name()),
          List.of(
              ofRecombined(CORPUS),
              ofRecombined(PER_SENTENCE),
              ofRecombined(SEARCH),
              ofRecombined(SAMPLING),
              ofRecombined(RANDOM_SHARE),
              SettingRule.mustBeRead(
                  RANDOM_SHARE,
                  s -> isRelabelled(s) || !s.get(SAMPLING).equals("random"),
                  "silver.sampling = random takes random pairs alone",
                  METHOD,
                  SAMPLING),
              ofNeighbours(PER_SENTENCE),
              ofNeighbours(SEARCH),
              PROMPT.rule(),
              SettingRule.require(
                  s -> s.get(ROWS) > 0 || s.get(SAMPLING).equals("neighbours"),
                  "silver.rows must be above 0 unless silver.sampling is neighbours, to say how"
                      + " many pairs to take.",
                  ROWS,
                  SAMPLING),
              SettingRule.require(
                  s -> s.get(ROWS) > 0 || s.get(RANDOM_SHARE) < 1,
                  "silver.rows must be above 0 while silver.randomShare is 1, because random"
                      + " pairs alone are unlimited.",
                  ROWS,
                  RANDOM_SHARE)));

  private SilverSettings() {}

  private static SettingRule ofRecombined(Setting<?> setting) {
    return SettingRule.mustBeRead(
        setting,
        s -> !isRelabelled(s),
        "silver.method = relabel takes the pairs as they are",
        METHOD);
  }

  private static SettingRule ofNeighbours(Setting<?> setting) {
    return SettingRule.mustBeRead(
        setting,
        s -> isRelabelled(s) || hasNeighbours(s),
        "all pairs are random (silver.sampling, silver.randomShare), so no neighbours are searched",
        METHOD,
        SAMPLING,
        RANDOM_SHARE);
  }

  private static boolean isRelabelled(Settings settings) {
    return settings.get(METHOD).equals("relabel");
  }

  private static boolean hasNeighbours(Settings settings) {
    return switch (settings.get(SAMPLING)) {
      case "random" -> false;
      case "neighbours" -> settings.get(RANDOM_SHARE) < 1;
      default -> true;
    };
  }

  /** Whether candidate pairs come of a search of this kind. */
  static boolean searches(Settings settings, String kind) {
    return !settings.get(MineSettings.PRODUCE).equals("triplets")
        && !isRelabelled(settings)
        && hasNeighbours(settings)
        && settings.get(SEARCH).equals(kind);
  }

  /**
   * The settings that the candidate pairs depend on.
   *
   * @param settings effective values
   * @return settings of this group; those of labelling and of the model are not among them
   */
  public static List<Setting<?>> ofCandidates(Settings settings) {
    if (settings.get(MineSettings.PRODUCE).equals("triplets")) {
      return List.of();
    }
    if (isRelabelled(settings)) {
      return List.of(METHOD, ROWS, CHUNK_ROWS);
    }
    return List.of(METHOD, CORPUS, ROWS, PER_SENTENCE, SEARCH, SAMPLING, RANDOM_SHARE, CHUNK_ROWS);
  }
}
