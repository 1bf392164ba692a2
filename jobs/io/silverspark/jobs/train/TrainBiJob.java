package io.silverspark.jobs.train;

import io.silverspark.jobs.config.DatasetSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.model.loss.NamedLoss;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.udfs.serving.ModelFingerprint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/**
 * Fine-tunes the base model to a sentence encoder, on gold pairs, on gold and silver pairs, on
 * mined triplets, on texts with classes, or on several of these, by any loss of {@link NamedLoss}.
 * A run that was killed goes on from its last checkpoint and ends with the same weights.
 */
@Command(
    name = "train-bi",
    description =
        "Fine-tunes the sentence encoder on gold pairs, gold and silver pairs, triplets,"
            + " intents or several data sets (train.data), by the loss of train.loss.")
public final class TrainBiJob implements Job {
  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new TrainBiJob(), args);
  }

  @Override
  public void run(JobContext context) {
    TrainingSource source = TrainingSource.of(context.get(TrainSettings.DATA));
    String id = fingerprint(context, source);
    Path directory = RunLayout.of(context).model(source.directory());
    if (isCurrent(context, source, id)) {
      context.console().tell(source.stage() + ": " + directory + " is up to date");
      return;
    }
    new BiEncoderTraining(context, source, id).run();
    context.console().tell(source.stage() + ": " + directory);
  }

  @Override
  public void check(JobContext context) {
    TrainingSource source = TrainingSource.of(context.get(TrainSettings.DATA));
    BiEncoderData.of(context, source).forEach(BiEncoderData::loss);
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    TrainingSource source = TrainingSource.of(context.get(TrainSettings.DATA));
    String id = fingerprint(context, source);
    RunLayout layout = RunLayout.of(context);
    boolean silver = source == TrainingSource.GOLD_SILVER;
    PlannedStage planned =
        PlannedStage.of(
            source.stage(),
            isCurrent(context, source, id),
            rows(context, source),
            List.of(layout.model(source.directory()).toString()),
            "%d epochs from %s"
                .formatted(
                    context.get(silver ? TrainSettings.SILVER_EPOCHS : TrainSettings.EPOCHS),
                    context.get(ModelSettings.BASE)));
    return List.of(
        TrainingDetails.resumed(planned, layout.checkpoints(source.directory() + "-" + id)));
  }

  private static Map<String, Long> rows(JobContext context, TrainingSource source) {
    Map<String, Long> rows = new LinkedHashMap<>();
    BiEncoderData.of(context, source).forEach(data -> rows.putAll(data.rows()));
    return rows;
  }

  private static boolean isCurrent(JobContext context, TrainingSource source, String id) {
    return Files.isDirectory(RunLayout.of(context).model(source.directory()))
        && StageRecord.current(context, source.stage(), id, List.of()).isPresent();
  }

  private static String fingerprint(JobContext context, TrainingSource source) {
    Fingerprint fingerprint =
        new Fingerprint(source.stage())
            .setting(context.settings(), ModelSettings.BASE)
            .setting(context.settings(), ModelSettings.LAYERS)
            .setting(context.settings(), ModelSettings.MAX_SEQ_LENGTH)
            .chosen(context.settings(), ModelSettings.TRUNCATE_DIM)
            .setting(context.settings(), RunSettings.SEED)
            .input("base content", ModelFingerprint.of(context.get(ModelSettings.BASE)));
    Prompt validation = ValidationScore.prompt(context, 0);
    if (!validation.equals(Prompt.DEFAULT)) {
      fingerprint.input("validation prompt", validation);
    }
    List<BiEncoderData> data = BiEncoderData.of(context, source);
    if (source != TrainingSource.DATASETS) {
      data.get(0).describe(fingerprint, false);
      return fingerprint.digest();
    }
    TrainSettings.ofSeveral().forEach(setting -> fingerprint.setting(context.settings(), setting));
    fingerprint.setting(context.settings(), DatasetSettings.SAMPLER);
    for (BiEncoderData one : data) {
      Fingerprint own = new Fingerprint(one.source().stage());
      one.describe(own, true);
      fingerprint.input("data set " + one.name(), own.digest());
    }
    return fingerprint.digest();
  }
}
