package io.silverspark.jobs.train;

import io.silverspark.jobs.config.BiEncoderVariant;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.table.TripletsTable;
import io.silverspark.model.loss.NamedLoss;
import io.silverspark.udfs.ModelFingerprint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/**
 * Fine-tunes the base model to a sentence encoder, on gold pairs, on gold and silver pairs, on
 * mined triplets, or on texts with classes, by any loss of {@link NamedLoss}. A run that was killed
 * goes on from its last checkpoint and ends with the same weights.
 */
@Command(
    name = "train-bi",
    description =
        "Fine-tunes the sentence encoder on gold pairs, gold and silver pairs, triplets or intents"
            + " (train.data), by the loss of train.loss.")
public final class TrainBiJob implements Job {
  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new TrainBiJob(), args);
  }

  @Override
  public void run(JobContext context) {
    BiEncoderVariant variant = BiEncoderVariant.of(context.get(TrainSettings.DATA));
    String id = fingerprint(context, variant);
    Path directory = RunLayout.of(context).model(variant.directory());
    if (isCurrent(context, variant, id)) {
      context.console().tell(variant.stage() + ": " + directory + " is up to date");
      return;
    }
    new BiEncoderTraining(context, variant, id).run();
    context.console().tell(variant.stage() + ": " + directory);
  }

  @Override
  public void check(JobContext context) {
    BiEncoderLoss.of(context, BiEncoderVariant.of(context.get(TrainSettings.DATA)));
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    BiEncoderVariant variant = BiEncoderVariant.of(context.get(TrainSettings.DATA));
    String id = fingerprint(context, variant);
    RunLayout layout = RunLayout.of(context);
    boolean silver = variant == BiEncoderVariant.GOLD_SILVER;
    PlannedStage planned =
        PlannedStage.of(
            variant.stage(),
            isCurrent(context, variant, id),
            rows(context, variant),
            List.of(layout.model(variant.directory()).toString()),
            "%d epochs from %s"
                .formatted(
                    context.get(silver ? TrainSettings.SILVER_EPOCHS : TrainSettings.EPOCHS),
                    context.get(ModelSettings.BASE)));
    return List.of(
        TrainingDetails.resumed(planned, layout.checkpoints(variant.directory() + "-" + id)));
  }

  private static Map<String, Long> rows(JobContext context, BiEncoderVariant variant) {
    TableStore tables = TableStore.of(context);
    if (variant == BiEncoderVariant.TRIPLETS) {
      return Map.of("triplets", tables.table(TripletsTable.DEFINITION).count());
    }
    if (variant == BiEncoderVariant.INTENTS) {
      StoredTable intents = tables.table(IntentsTable.DEFINITION);
      return Map.of("intents", intents.read().where("split = 'train'").count());
    }
    Map<String, Long> rows = new LinkedHashMap<>(GoldPairs.of(context).count());
    if (variant == BiEncoderVariant.GOLD_SILVER) {
      rows.put("silver_pairs", tables.table(SilverPairsTable.DEFINITION).count());
    }
    return rows;
  }

  private static boolean isCurrent(JobContext context, BiEncoderVariant variant, String id) {
    return Files.isDirectory(RunLayout.of(context).model(variant.directory()))
        && StageRecord.current(context, variant.stage(), id, List.of()).isPresent();
  }

  private static String fingerprint(JobContext context, BiEncoderVariant variant) {
    Fingerprint fingerprint =
        new Fingerprint(variant.stage())
            .settings(context.settings(), ModelSettings.GROUP)
            .setting(context.settings(), RunSettings.SEED)
            .input("base content", ModelFingerprint.of(context.get(ModelSettings.BASE)));
    TrainSettings.of(variant).forEach(setting -> fingerprint.setting(context.settings(), setting));
    BiEncoderLoss.of(context, variant).describe(context, fingerprint);
    TableStore tables = TableStore.of(context);
    switch (variant) {
      case TRIPLETS -> {
        tables.table(TripletsTable.DEFINITION).read();
        fingerprint.input("triplets", tables.table(TripletsTable.DEFINITION).version());
      }
      case GOLD_SILVER -> {
        tables.table(SilverPairsTable.DEFINITION).read();
        fingerprint.input("silver_pairs", tables.table(SilverPairsTable.DEFINITION).version());
        GoldPairs.of(context).describe(context, fingerprint);
      }
      case INTENTS -> {
        tables.table(IntentsTable.DEFINITION).read();
        fingerprint.input("intents", tables.table(IntentsTable.DEFINITION).version());
      }
      case GOLD -> GoldPairs.of(context).describe(context, fingerprint);
    }
    return fingerprint.digest();
  }
}
