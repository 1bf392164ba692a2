package io.silverspark.jobs.train;

import io.silverspark.jobs.config.ColumnPrompts;
import io.silverspark.jobs.config.CrossSettings;
import io.silverspark.jobs.config.GoldSettings;
import io.silverspark.jobs.config.LossRules;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.config.TrainingData;
import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.config.TrainingUse;
import io.silverspark.jobs.gold.GoldPairs;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.table.TripletsTable;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.ChosenLoss;
import io.silverspark.model.loss.DataShape;
import io.silverspark.model.loss.NamedLoss;
import io.silverspark.model.training.TrainingDataset;
import io.silverspark.udfs.serving.ModelFingerprint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A data set of a bi-encoder's training: which rows of which tables, and the loss that takes them.
 *
 * @param name unique in the training
 * @param context with the settings that hold for this data set
 * @param source which rows
 * @param chosen the loss with its parameters
 * @param shape of the rows that the loss takes
 */
record BiEncoderDataset(
    String name, JobContext context, TrainingSource source, ChosenLoss chosen, DataShape shape) {

  /**
   * The data sets of a source.
   *
   * @throws UserException if a loss takes none of the rows that its data set gives, or a teacher is
   *     missing
   */
  static List<BiEncoderDataset> of(JobContext context, TrainingSource source) {
    if (source != TrainingSource.DATASETS) {
      return List.of(of(source.setting(), context, source));
    }
    return TrainingData.of(context.settings(), source).stream()
        .map(
            data ->
                of(data.name(), context.with(context.command(), data.settings()), data.source()))
        .toList();
  }

  private static BiEncoderDataset of(String name, JobContext context, TrainingSource source) {
    ChosenLoss chosen = LossRules.chosen(context.settings(), source);
    NamedLoss loss = chosen.loss();
    String goldSource = context.get(GoldSettings.SOURCE);
    DataShape shape =
        source.shapes(goldSource).stream()
            .filter(loss.shapes()::contains)
            .findFirst()
            .orElseThrow(() -> misfit(loss, source, goldSource));
    if (loss.teacher() == NamedLoss.Teacher.SENTENCE_ENCODER
        && context.get(TrainSettings.TEACHER).isBlank()) {
      throw new UserException(
          "train.loss = '%s' needs a model to learn from: set train.teacher to a sentence encoder, such as builtin:all-MiniLM-L6-v2"
              .formatted(loss.title()));
    }
    chosen.read(); // or else what is wrong with its parameters
    return new BiEncoderDataset(name, context, source, chosen, shape);
  }

  private static UserException misfit(NamedLoss loss, TrainingSource source, String goldSource) {
    boolean usesGold = source == TrainingSource.GOLD || source == TrainingSource.GOLD_SILVER;
    String data =
        "train.data = '%s'".formatted(source.setting())
            + (usesGold ? " of gold.source = '%s'".formatted(goldSource) : "");
    List<DataShape> offered = source.shapes(goldSource);
    String fitting =
        List.of(NamedLoss.values()).stream()
            .filter(other -> other.shapes().stream().anyMatch(offered::contains))
            .map(NamedLoss::title)
            .collect(Collectors.joining(", "));
    return new UserException(
        "train.loss = '%s' does not fit %s: it learns from %s, and the data are %s; use %s, or one of %s"
            .formatted(
                loss.title(),
                data,
                titles(List.copyOf(loss.shapes())),
                titles(offered),
                remedy(loss),
                fitting));
  }

  private static String titles(List<DataShape> shapes) {
    return shapes.stream().map(DataShape::title).collect(Collectors.joining(" or "));
  }

  /** The data that the loss was made for. */
  private static String remedy(NamedLoss loss) {
    return switch (loss.shapes().iterator().next()) {
      case SCORED_PAIRS -> "train.data = gold";
      case BINARY_PAIRS, CLASSIFIED_PAIRS -> "gold.source = nli with train.data = gold";
      case POSITIVE_PAIRS -> "gold.source = nli or pairs with train.data = gold";
      case TRIPLETS, TRIPLETS_WITH_MARGINS -> "train.data = triplets";
      case LABELLED_SENTENCES -> "train.data = intents";
      case SENTENCES -> "any train.data";
      case DOCUMENT_LISTS -> throw new IllegalStateException("cross-encoders learn from lists");
    };
  }

  /** As a trainer sees it. */
  TrainingDataset value() {
    return new TrainingDataset(name, shape, chosen, context.get(TrainSettings.PLAN.batchSize()));
  }

  /** Its loss; of one that wraps another, the inner one. */
  NamedLoss loss() {
    return chosen.loss();
  }

  /** The prompts of its columns, in the order in which the loss takes them. */
  List<String> prompts() {
    return ColumnPrompts.of(context.settings(), ColumnPrompts.columns(source, shape));
  }

  /**
   * Adds what learning from it depends on.
   *
   * @param oneOfSeveral whether it is one of {@code train.datasets}
   */
  void describe(Fingerprint fingerprint, boolean oneOfSeveral) {
    TrainingUse use =
        new TrainingUse(source, context.get(GoldSettings.SOURCE), loss(), oneOfSeveral);
    fingerprint.settings(context.settings(), TrainSettings.of(use), TrainSettings.LATER);
    switch (loss().teacher()) {
      case NONE -> fingerprint.input("loss", loss().title());
      case SENTENCE_ENCODER -> teacher(fingerprint, context.get(TrainSettings.TEACHER));
      case CROSS_ENCODER -> crossEncoder(fingerprint);
    }
    describeTables(fingerprint);
  }

  /** Adds what its rows depend on, whatever the training does with them. */
  void describeRows(Fingerprint fingerprint) {
    TrainingUse use = new TrainingUse(source, context.get(GoldSettings.SOURCE), loss(), false);
    Stream.of(TrainSettings.POSITIVES, TrainSettings.HARD_NEGATIVES, TrainSettings.GOLD_REPEAT)
        .filter(use::reads)
        .forEach(setting -> fingerprint.setting(context.settings(), setting));
    if (loss().teacher() == NamedLoss.Teacher.CROSS_ENCODER) {
      crossEncoder(fingerprint);
      fingerprint
          .setting(context.settings(), TrainSettings.MATCH_CLASS)
          .setting(context.settings(), ModelSettings.MAX_SEQ_LENGTH);
    }
    describeTables(fingerprint);
  }

  private void describeTables(Fingerprint fingerprint) {
    switch (source) {
      case TRIPLETS -> table(fingerprint, TripletsTable.DEFINITION);
      case GOLD -> GoldPairs.of(context).describe(context, fingerprint);
      case GOLD_SILVER -> {
        GoldPairs.of(context).describe(context, fingerprint);
        table(fingerprint, SilverPairsTable.DEFINITION);
      }
      case INTENTS -> table(fingerprint, IntentsTable.DEFINITION);
      case DATASETS -> throw new IllegalStateException("a data set holds no other ones");
    }
  }

  /** The teacher that scores the triplets; its precision is not in fingerprints of earlier runs. */
  private void crossEncoder(Fingerprint fingerprint) {
    teacher(fingerprint, TripletRows.teacher(context).model());
    fingerprint.chosen(context.settings(), CrossSettings.PLAN.precision());
  }

  private static void teacher(Fingerprint fingerprint, String model) {
    fingerprint.input("teacher content", ModelFingerprint.of(model));
  }

  private void table(Fingerprint fingerprint, TableDefinition definition) {
    StoredTable table = TableStore.of(context).table(definition);
    table.read(); // or else the message that names the command
    fingerprint.input(definition.name(), table.version());
  }

  /** Number of rows by table. */
  Map<String, Long> rows() {
    TableStore tables = TableStore.of(context);
    return switch (source) {
      case TRIPLETS -> Map.of("triplets", tables.table(TripletsTable.DEFINITION).count());
      case INTENTS ->
          Map.of(
              "intents",
              tables.table(IntentsTable.DEFINITION).read().where("split = 'train'").count());
      case GOLD -> GoldPairs.of(context).count();
      case GOLD_SILVER -> {
        Map<String, Long> rows = new LinkedHashMap<>(GoldPairs.of(context).count());
        rows.put("silver_pairs", tables.table(SilverPairsTable.DEFINITION).count());
        yield rows;
      }
      case DATASETS -> throw new IllegalStateException("a data set holds no other ones");
    };
  }
}
