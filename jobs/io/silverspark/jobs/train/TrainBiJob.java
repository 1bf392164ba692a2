package io.silverspark.jobs.train;

import io.silverspark.jobs.config.BiEncoderVariant;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.table.TripletsTable;
import io.silverspark.model.loss.NamedLoss;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    if (Files.isDirectory(directory)
        && StageRecord.current(context, variant.stage(), id, List.of()).isPresent()) {
      context.console().tell(variant.stage() + ": " + directory + " is up to date");
      return;
    }
    new BiEncoderTraining(context, variant, id).run();
    context.console().tell(variant.stage() + ": " + directory);
  }

  private static String fingerprint(JobContext context, BiEncoderVariant variant) {
    Fingerprint fingerprint =
        new Fingerprint(variant.stage())
            .settings(context.settings(), ModelSettings.GROUP)
            .setting(context.settings(), RunSettings.SEED);
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
