package io.silverspark.jobs.train;

import io.silverspark.jobs.config.CrossLossRules;
import io.silverspark.jobs.config.CrossSettings;
import io.silverspark.jobs.config.GoldSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.gold.GoldPair;
import io.silverspark.jobs.gold.GoldPairs;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.table.TripletsTable;
import io.silverspark.model.data.NliLabel;
import io.silverspark.model.data.RankedDocuments;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ClassNames;
import io.silverspark.model.loss.NamedCrossEncoderLoss;
import io.silverspark.model.tokenizer.TextTokenizer;
import io.silverspark.model.training.TrainingSet;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.ModelFingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The rows that a cross-encoder learns from, as {@code cross.loss} wants them. */
final class CrossEncoderExamples {
  private CrossEncoderExamples() {}

  /** The gold pairs, unless the examples are mined or the lists of {@code cross.lists}. */
  static Optional<GoldPairs> gold(JobContext context) {
    return context.get(CrossSettings.LISTS).isEmpty()
            && !CrossSettings.takesTriplets(context.settings())
        ? Optional.of(GoldPairs.of(context))
        : Optional.empty();
  }

  /** Number of rows by what they are called. */
  static Map<String, Long> count(JobContext context) {
    if (CrossSettings.takesTriplets(context.settings())) {
      return Map.of("triplets", triplets(context).count());
    }
    return gold(context)
        .map(GoldPairs::count)
        .orElseGet(() -> Map.of("cross.lists", DocumentListTable.open(context).count()));
  }

  /** Adds the gold pairs or lists, and triplets and teacher where the training uses them. */
  static void describe(JobContext context, Fingerprint fingerprint) {
    if (CrossSettings.needsMining(context.settings())) {
      StoredTable table = triplets(context);
      table.read();
      fingerprint.input("triplets", table.version());
    }
    gold(context).ifPresent(gold -> gold.describe(context, fingerprint));
    if (!context.get(CrossSettings.LISTS).isEmpty()) {
      fingerprint.input("lists", DocumentListTable.open(context).content());
    }
    if (CrossLossRules.loss(context.settings()) == NamedCrossEncoderLoss.MARGIN_MSE) {
      fingerprint.input("teacher content", ModelFingerprint.of(teacher(context).model()));
    }
  }

  /**
   * The examples.
   *
   * @param pairs gold pairs; MarginMSELoss takes the mined triplets instead, and losses of lists
   *     those of {@code cross.lists}, where it is set
   * @throws UserException if the loss does not fit the data
   */
  static TrainingSet set(
      JobContext context, TextTokenizer tokenizer, ClassNames classes, List<GoldPair> pairs) {
    return switch (CrossLossRules.loss(context.settings())) {
      case MULTIPLE_NEGATIVES_RANKING, CACHED_MULTIPLE_NEGATIVES_RANKING ->
          ranking(context, tokenizer, pairs);
      case LAMBDA, RANK_NET, LIST_NET, LIST_MLE, P_LIST_MLE, ADR_MSE ->
          TrainingSet.forCrossEncoderLists(tokenizer, lists(context, pairs));
      case MARGIN_MSE -> {
        ExampleRows.Collected rows =
            TripletRows.of(
                    context, triplets(context), CrossSettings.HARD_NEGATIVES, teacher(context))
                .collect();
        yield TrainingSet.forCrossEncoderTuples(tokenizer, rows.texts(), rows.labels());
      }
      case BINARY_CROSS_ENTROPY, CROSS_ENTROPY, MSE ->
          TrainingSet.forCrossEncoder(
              tokenizer,
              CrossSettings.takesTriplets(context.settings())
                  ? labelled(context, classes)
                  : scored(context, classes, pairs));
    };
  }

  /**
   * Refuses gold pairs that are too few or all equal, before they are doubled and scaled.
   *
   * @param labels outputs of the model
   */
  static void requireDifferent(JobContext context, List<GoldPair> pairs, int labels) {
    String source = context.get(GoldSettings.SOURCE);
    if (source.equals("pairs")) {
      throw new UserException(
          "cross.loss = '%s' does not fit gold.source = 'pairs': it learns from scores or classes, and the data are positive pairs; use MultipleNegativesRankingLoss, or MarginMSELoss over mined triplets"
              .formatted(CrossLossRules.loss(context.settings()).title()));
    }
    String table = source + "_pairs";
    if (pairs.size() < 2) {
      int limit = context.get(GoldSettings.ROWS);
      throw new UserException(
          "train-cross needs at least two gold pairs with different labels, but %s has %d in its split train%s"
              .formatted(table, pairs.size(), limit == 1 ? " that gold.rows = 1 leaves" : ""));
    }
    GoldPair first = pairs.get(0);
    boolean same =
        pairs.stream()
            .allMatch(
                pair ->
                    labels == 3 ? pair.label() == first.label() : pair.score() == first.score());
    if (same) {
      throw new UserException(
          "train-cross has nothing to learn from: all %d gold pairs of %s %s, and it needs different labels"
              .formatted(pairs.size(), table, words(first, labels)));
    }
  }

  private static String words(GoldPair pair, int labels) {
    if (pair.isGraded()) {
      return "have the score %s of 5".formatted(Math.round(pair.score() * 500) / 100.0);
    }
    return labels == 3 || pair.isEntailment()
        ? "have the label %d".formatted(pair.label())
        : "are no entailments";
  }

  private static List<RankedDocuments> lists(JobContext context, List<GoldPair> pairs) {
    if (!context.get(CrossSettings.LISTS).isEmpty()) {
      return DocumentListTable.open(context).collect();
    }
    if (CrossSettings.takesTriplets(context.settings())) {
      return TripletRows.lists(triplets(context));
    }
    if (context.get(GoldSettings.SOURCE).equals("sts")) {
      throw new UserException(
          "cross.loss = '%s' does not fit gold.source = 'sts': it learns from document lists, and the data are scored pairs; set cross.lists, or use gold.source = nli, or one of BinaryCrossEntropyLoss, MSELoss"
              .formatted(CrossLossRules.loss(context.settings()).title()));
    }
    return DocumentListTable.ofGold(pairs);
  }

  private static StoredTable triplets(JobContext context) {
    return TableStore.of(context).table(TripletsTable.DEFINITION);
  }

  /** The teacher of MarginMSELoss. */
  static EncodeSpec teacher(JobContext context) {
    String reference = context.get(CrossSettings.TEACHER);
    if (reference.isBlank()) {
      throw new UserException(
          "cross.loss = 'MarginMSELoss' needs a cross-encoder to learn from: set cross.teacher");
    }
    return EncodeSpec.of(reference)
        .withMatchClass(context.get(CrossSettings.MATCH_CLASS))
        .withPrecision(context.get(CrossSettings.PLAN.precision()))
        .withDevice(context.get(ModelSettings.DEVICE))
        .withMaxSequenceLength(context.get(ModelSettings.MAX_SEQ_LENGTH));
  }

  private static TrainingSet ranking(
      JobContext context, TextTokenizer tokenizer, List<GoldPair> pairs) {
    List<List<String>> columns =
        CrossSettings.takesTriplets(context.settings())
            ? TripletRows.of(context, triplets(context), CrossSettings.HARD_NEGATIVES, null)
                .collect()
                .texts()
            : positives(context, pairs);
    return TrainingSet.forCrossEncoderRanking(
        tokenizer,
        columns,
        NamedCrossEncoderLoss.drawnNegatives(context.get(CrossSettings.LOSS_PARAMETERS)),
        context.get(RunSettings.SEED));
  }

  private static List<List<String>> positives(JobContext context, List<GoldPair> pairs) {
    if (context.get(GoldSettings.SOURCE).equals("sts")) {
      throw new UserException(
          "cross.loss = '%s' does not fit gold.source = 'sts': it learns from positive pairs, and the data are scored pairs; use gold.source = nli, or one of BinaryCrossEntropyLoss, MSELoss"
              .formatted(CrossLossRules.loss(context.settings()).title()));
    }
    List<GoldPair> positives = pairs.stream().filter(pair -> pair.isEntailment()).toList();
    if (positives.isEmpty()) {
      throw new UserException(
          "none of %d gold pairs is an entailment, and %s learns from positive pairs"
              .formatted(pairs.size(), CrossLossRules.loss(context.settings()).title()));
    }
    return List.of(
        positives.stream().map(GoldPair::first).toList(),
        positives.stream().map(GoldPair::second).toList());
  }

  /** Mined pairs, positive or not, by the model's numbers for that. */
  private static List<ScoredPair> labelled(JobContext context, ClassNames classes) {
    ExampleRows.Collected rows = TripletRows.labelledPairs(triplets(context)).collect();
    int match = classes.count() == 1 ? 1 : classes.match().orElseThrow();
    return IntStream.range(0, rows.labels().length)
        .mapToObj(
            i ->
                new ScoredPair(
                    rows.texts().get(0).get(i),
                    rows.texts().get(1).get(i),
                    rows.labels()[i][0] > 0 ? match : 1 - match))
        .toList();
  }

  /**
   * One label: the score; two: entailed or not; three: the NLI class, each by the model's number
   * for it. Entailment has a direction, so only graded pairs are swapped.
   */
  private static List<ScoredPair> scored(
      JobContext context, ClassNames classes, List<GoldPair> pairs) {
    requireDifferent(context, pairs, classes.count());
    List<ScoredPair> examples = new ArrayList<>();
    for (GoldPair pair : pairs) {
      Stream<GoldPair> orders =
          context.get(CrossSettings.BOTH_ORDERS) && pair.isGraded()
              ? Stream.of(pair, pair.swapped())
              : Stream.of(pair);
      orders
          .map(each -> new ScoredPair(each.first(), each.second(), label(each, classes)))
          .forEach(examples::add);
    }
    return examples;
  }

  static float label(GoldPair pair, ClassNames classes) {
    return switch (classes.count()) {
      case 1 -> pair.score();
      case 2 -> {
        int match = classes.match().orElseThrow();
        yield pair.isEntailment() ? match : 1 - match;
      }
      default -> classes.nliLabels().orElseThrow().indexOf(NliLabel.values()[pair.label()]);
    };
  }
}
