package io.silverspark.jobs.train;

import io.silverspark.jobs.config.GoldSettings;
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
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.training.TrainingPart;
import io.silverspark.model.training.TrainingSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A data set of a bi-encoder's training.
 *
 * @param name unique in the training
 * @param context with the settings that hold for this data set
 * @param source which rows
 */
record BiEncoderData(String name, JobContext context, TrainingSource source) {

  /** The data sets of a source. */
  static List<BiEncoderData> of(JobContext context, TrainingSource source) {
    if (source != TrainingSource.DATASETS) {
      return List.of(new BiEncoderData(source.setting(), context, source));
    }
    return TrainingData.of(context.settings(), source).stream()
        .map(
            data ->
                new BiEncoderData(
                    data.name(), context.with(context.command(), data.settings()), data.source()))
        .toList();
  }

  /** Its loss. */
  BiEncoderLoss loss() {
    return BiEncoderLoss.of(context, source);
  }

  /** Its rows. */
  BiEncoderExamples read(SentenceEncoder encoder) {
    return BiEncoderExamples.read(context, source, encoder);
  }

  /** The prompts of its columns, in the order in which the loss takes them. */
  List<String> prompts() {
    return BiEncoderExamples.prompts(context, source, loss());
  }

  /** Rows, loss and batches for a trainer. */
  TrainingPart part(TrainingSet set, SentenceLoss loss) {
    return new TrainingPart(name, set, loss, loss().sampler(context, set));
  }

  /**
   * Adds what learning from it depends on.
   *
   * @param oneOfSeveral whether it is one of {@code train.datasets}
   */
  void describe(Fingerprint fingerprint, boolean oneOfSeveral) {
    TrainingUse use =
        new TrainingUse(source, context.get(GoldSettings.SOURCE), loss().name(), oneOfSeveral);
    TrainSettings.of(use).forEach(setting -> fingerprint.setting(context.settings(), setting));
    loss().describe(context, fingerprint);
    if (usesGold()) {
      GoldPairs.of(context).describe(context, fingerprint);
    }
    switch (source) {
      case TRIPLETS -> describe(fingerprint, TripletsTable.DEFINITION);
      case GOLD_SILVER -> describe(fingerprint, SilverPairsTable.DEFINITION);
      case INTENTS -> describe(fingerprint, IntentsTable.DEFINITION);
      case GOLD -> {} // described above
      case DATASETS -> throw new IllegalStateException("a data set holds no other ones");
    }
  }

  private void describe(Fingerprint fingerprint, TableDefinition definition) {
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

  private boolean usesGold() {
    return source == TrainingSource.GOLD || source == TrainingSource.GOLD_SILVER;
  }
}
