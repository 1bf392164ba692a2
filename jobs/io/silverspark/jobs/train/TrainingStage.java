package io.silverspark.jobs.train;

import ai.djl.ndarray.NDArray;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.distributed.RankedTraining;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.error.UserException;
import io.silverspark.model.training.TrainedEncoder;
import io.silverspark.model.training.TrainingResult;
import io.silverspark.model.training.TrainingRun;
import io.silverspark.model.training.ValidationPairs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The template of all trainings: is the model current, open, read, train, save, lineage, record. A
 * training that was killed goes on from its last checkpoint and ends with the same weights.
 */
final class TrainingStage {
  private final JobContext context;
  private final TrainingRecipe recipe;
  private final TrainingRecipe.Names names;
  private final TrainingRun run;
  private final String id;
  private final Path directory;
  private final Path checkpoints;

  TrainingStage(JobContext context, TrainingRecipe recipe) {
    this.context = context;
    this.recipe = recipe;
    this.names = recipe.names();
    this.run = recipe.run();
    this.id = recipe.fingerprint().digest();
    RunLayout layout = RunLayout.of(context);
    this.directory = layout.model(names.directory());
    this.checkpoints = layout.checkpoints(names.directory() + "-" + id);
  }

  /** What the stage would do now. */
  PlannedStage plan() {
    PlannedStage planned =
        PlannedStage.of(
            names.stage(),
            isCurrent(),
            recipe.rows(),
            List.of(directory.toString()),
            run.summary());
    return planned.status() == PlannedStage.Status.RUNS && Files.isDirectory(checkpoints)
        ? planned.goingOn()
        : planned;
  }

  private boolean isCurrent() {
    return Files.isDirectory(directory)
        && StageRecord.current(context, names.stage(), id, List.of()).isPresent();
  }

  /** Trains, unless the model is there already. */
  void run() {
    if (isCurrent()) {
      context.console().tell("%s: %s is up to date".formatted(names.stage(), directory));
      return;
    }
    long started = System.nanoTime();
    int ranks = recipe.ranks();
    // With several ranks the driver's model only holds the weights and needs no GPU.
    String device = ranks > 1 ? "cpu" : context.get(ModelSettings.DEVICE);
    CheckpointStore store = new CheckpointStore(checkpoints);
    Optional<ValidationPairs> validation =
        StsValidation.pairs(context, run.plan(), names.settings());
    try (TrainedEncoder encoder = open(device);
        TrainingRecipe.Rows rows = context.phase("read training rows", () -> recipe.read(encoder));
        TrainingProgress progress =
            new TrainingProgress(context, names.stage(), id, encoder.scoreName(), checkpoints)) {
      TrainingResult result =
          ranks > 1
              ? new RankedTraining(run, encoder.kind(), rows.sets(), validation.orElse(null))
                  .train(context, encoder, store, progress)
              : run.train(
                  encoder,
                  rows.model(),
                  rows.sets(),
                  validation,
                  trainer -> trainer.listener(progress).checkpoints(store));
      write(encoder, rows, result, progress, store, (System.nanoTime() - started) / 1e9);
    }
    context.console().tell(names.stage() + ": " + directory);
  }

  /** Opens the model, and says before any row is read if fewer layers are there than are frozen. */
  private TrainedEncoder open(String device) {
    TrainedEncoder encoder = recipe.open(device);
    try {
      run.adapt(encoder);
      run.plan().layers().check(encoder.trainable().parameters().keySet());
      return encoder;
    } catch (UserException e) {
      encoder.close();
      throw new UserException(names.settings() + "." + e.getMessage(), e);
    }
  }

  private static String trained(TrainedEncoder encoder) {
    long trained =
        encoder.trainable().parameters().values().stream().mapToLong(NDArray::size).sum();
    long all = encoder.weights();
    return String.format(
        Locale.ROOT, "%,d of %,d weights trained (%.2f %%)", trained, all, 100.0 * trained / all);
  }

  /**
   * What a training leaves, in the one order that a kill at any moment leaves right: model,
   * lineage, results in the tracked run, record. After the record come the two acts that say that
   * the stage is done: the tracked run is finished, the checkpoints go.
   */
  private void write(
      TrainedEncoder encoder,
      TrainingRecipe.Rows rows,
      TrainingResult result,
      TrainingProgress progress,
      CheckpointStore store,
      double seconds) {
    Map<String, Object> facts = new TreeMap<>(rows.facts());
    facts.put("steps", result.steps());
    facts.put("precision", result.precision().title());
    facts.putAll(progress.costs());
    if (run.lora().present()) {
      facts.put("LoRA", run.lora().summary() + ", " + trained(encoder));
    }
    result.bestScore().ifPresent(score -> facts.put("STS validation Spearman", score));
    if (result.stoppedEarly()) {
      facts.put(
          "stopped early",
          result.bestScore().isPresent()
              ? "step %d was the best".formatted(result.bestStep())
              : "no score was defined");
    }
    ModelLineage lineage =
        new ModelLineage(
            id, names.directory(), encoder.kind().title(), directory, rows.inputs(), facts);
    String note =
        String.format(
            Locale.ROOT,
            "%,d steps over %,d %s%s",
            result.steps(),
            rows.read(),
            rows.unit(),
            progress.speed());
    StageRecord record =
        new StageRecord(
            names.stage(),
            id,
            Map.of(),
            rows.inputs(),
            rows.read(),
            rows.size(),
            seconds,
            note,
            TrainingDetails.json(progress.curve(names.title(), names.compared()), rows.gold()));
    StageRecord.remove(context, record.stage());
    encoder.save(directory, recipe.card(encoder, facts));
    lineage.write(context);
    progress.results(lineage.metrics());
    record.write(context);
    progress.succeeded();
    store.clear();
  }
}
