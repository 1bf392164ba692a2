package io.silverspark.jobs.train;

import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.PretrainSettings;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.udfs.serving.ModelFingerprint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/**
 * Trains the base model on texts without labels, of the domain that it is meant for. What it writes
 * is an ordinary model: name its directory in {@code model.base}, or let {@code pipeline.pretrain}
 * do so. A run that was killed goes on from its last checkpoint and ends with the same weights.
 */
@Command(
    name = "pretrain",
    description =
        "Trains the base model on unlabelled texts: TSDAE, masked language model or SimCSE"
            + " (pretrain.method).")
public final class PretrainJob implements Job {
  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new PretrainJob(), args);
  }

  @Override
  public void run(JobContext context) {
    PretrainCorpus corpus = PretrainCorpus.of(context);
    String id = fingerprint(context, corpus);
    Path directory = RunLayout.of(context).model(RunLayout.PRETRAINED);
    if (isCurrent(context, id)) {
      context.console().tell("pretrain: " + directory + " is up to date");
      return;
    }
    new Pretraining(context, corpus, id).run();
    context.console().tell("pretrain: " + directory);
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    PretrainCorpus corpus = PretrainCorpus.of(context);
    String id = fingerprint(context, corpus);
    RunLayout layout = RunLayout.of(context);
    PlannedStage planned =
        PlannedStage.of(
            StageRecord.PRETRAIN,
            isCurrent(context, id),
            Map.of("texts", corpus.count()),
            List.of(layout.model(RunLayout.PRETRAINED).toString()),
            "%s from %s"
                .formatted(
                    context.get(PretrainSettings.METHOD).title(), Pretraining.base(context)));
    return List.of(
        TrainingDetails.resumed(planned, layout.checkpoints(RunLayout.PRETRAINED + "-" + id)));
  }

  private static boolean isCurrent(JobContext context, String id) {
    return Files.isDirectory(RunLayout.of(context).model(RunLayout.PRETRAINED))
        && StageRecord.current(context, StageRecord.PRETRAIN, id, List.of()).isPresent();
  }

  private static String fingerprint(JobContext context, PretrainCorpus corpus) {
    Fingerprint fingerprint =
        new Fingerprint(StageRecord.PRETRAIN)
            .setting(context.settings(), ModelSettings.MAX_SEQ_LENGTH)
            .chosen(context.settings(), ModelSettings.TRUNCATE_DIM)
            .input("base", Pretraining.base(context))
            .input("base content", ModelFingerprint.of(Pretraining.base(context)));
    if (context.get(PretrainSettings.BASE).isEmpty()) {
      fingerprint.setting(context.settings(), ModelSettings.LAYERS);
    }
    PretrainSettings.of(context.get(PretrainSettings.METHOD))
        .forEach(setting -> fingerprint.setting(context.settings(), setting));
    corpus.describe(fingerprint);
    return fingerprint.digest();
  }
}
