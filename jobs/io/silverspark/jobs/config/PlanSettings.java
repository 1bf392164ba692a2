package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.numberBetween;
import static io.silverspark.model.config.SettingType.oneOf;
import static io.silverspark.model.config.SettingType.positiveNumber;
import static io.silverspark.model.config.SettingType.wholeNumber;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingRule;
import io.silverspark.model.config.SettingType;
import io.silverspark.model.config.Settings;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.training.LayerRates;
import io.silverspark.model.training.LearningRateSchedule;
import io.silverspark.model.training.StopRule;
import io.silverspark.model.training.TrainingPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How long and how fast a training runs: the same settings for {@code train.*}, {@code cross.*} and
 * {@code pretrain.*}, with defaults of their own.
 */
public record PlanSettings(
    Setting<Integer> epochs,
    Setting<Optional<Integer>> steps,
    Setting<Integer> batchSize,
    Setting<Double> learningRate,
    Setting<LearningRateSchedule.Shape> schedule,
    Setting<Optional<Integer>> warmupSteps,
    Setting<Double> warmupRatio,
    Setting<Double> weightDecay,
    Setting<Integer> gradientAccumulation,
    Setting<Double> maxGradNorm,
    Setting<Precision> precision,
    Setting<Integer> freezeLayers,
    Setting<Double> layerDecay,
    Setting<Optional<Double>> headLearningRate,
    Setting<Boolean> gradientCheckpointing,
    Setting<Integer> evaluationSteps,
    Setting<Integer> earlyStoppingPatience,
    Setting<Double> earlyStoppingThreshold,
    Setting<Integer> checkpointSteps) {

  /**
   * What differs between the trainings.
   *
   * @param rows what a row of a batch is called
   * @param precisions that may be chosen
   */
  record Defaults(
      int epochs,
      int batchSize,
      double learningRate,
      LearningRateSchedule.Shape schedule,
      double warmupRatio,
      double weightDecay,
      String rows,
      List<Precision> precisions) {}

  /**
   * The settings of one training.
   *
   * @param group begin of the keys, such as {@code train}
   */
  static PlanSettings of(String group, Defaults defaults) {
    String key = group + ".";
    return new PlanSettings(
        new Setting<>(
            key + "epochs", wholeNumber(1), defaults.epochs(), "Passes over the examples."),
        new Setting<>(
            key + "steps",
            wholeNumber(1).orNone(),
            Optional.empty(),
            "Ends after this many steps, whatever the epochs say; null = the epochs count."),
        new Setting<>(
            key + "batchSize",
            wholeNumber(1),
            defaults.batchSize(),
            defaults.rows() + " per step."),
        new Setting<>(
            key + "learningRate", positiveNumber(), defaults.learningRate(), "Peak learning rate."),
        new Setting<>(
            key + "schedule",
            oneOf(LearningRateSchedule.Shape.class),
            defaults.schedule(),
            "Learning rate after the warmup."),
        new Setting<>(
            key + "warmupSteps",
            wholeNumber(0).orNone(),
            Optional.empty(),
            "Steps until the peak learning rate; null = " + key + "warmupRatio counts."),
        new Setting<>(
            key + "warmupRatio",
            numberBetween(0, 1),
            defaults.warmupRatio(),
            "Share of all steps until the peak learning rate."),
        new Setting<>(
            key + "weightDecay",
            numberBetween(0, 1),
            defaults.weightDecay(),
            "AdamW's decay of weight matrices."),
        new Setting<>(
            key + "gradientAccumulation",
            wholeNumber(1),
            1,
            "Batches whose gradients are averaged before one update."),
        new Setting<>(
            key + "maxGradNorm", positiveNumber(), 1.0, "Gradients are scaled down to this norm."),
        new Setting<>(
            key + "precision",
            oneOf(defaults.precisions()),
            Precision.AUTO,
            "Arithmetic of training; auto: bf16 where it is native, else fp32, one for all ranks"
                + (defaults.precisions().contains(Precision.FP16)
                    ? "; fp16 scales the loss."
                    : ".")),
        new Setting<>(
            key + "freezeLayers",
            wholeNumber(0),
            0,
            "The embeddings and so many of the first layers keep their weights; 0 = all are"
                + " trained."),
        new Setting<>(
            key + "layerDecay",
            numberBetween(0, 1).where("above 0", decay -> decay > 0),
            1.0,
            "Learning rate of a layer as a share of that of the layer above; the embeddings come"
                + " last."),
        new Setting<>(
            key + "headLearningRate",
            positiveNumber().orNone(),
            Optional.empty(),
            "Peak learning rate of what lies above the layers: classifier, Dense modules,"
                + " parameters of the loss; null = "
                + key
                + "learningRate."),
        new Setting<>(
            key + "gradientCheckpointing",
            SettingType.flag(),
            false,
            "Keeps the inputs of the layers only and runs each layer again in the backward pass:"
                + " less memory, more time."),
        new Setting<>(
            key + "evaluationSteps",
            wholeNumber(0),
            0,
            "Scores the STS validation pairs, where there are any, after this many steps and keeps"
                + " the best weights; 0 = at the end only."),
        new Setting<>(
            key + "earlyStoppingPatience",
            wholeNumber(0),
            0,
            "Ends the training after this many evaluations in a row without a better score; 0 ="
                + " never."),
        new Setting<>(
            key + "earlyStoppingThreshold",
            SettingType.number().where(">= 0", gain -> gain >= 0),
            0.0,
            "What a score must add to the best one to count as better."),
        new Setting<>(
            key + "checkpointSteps",
            wholeNumber(0),
            200,
            "Saves a checkpoint after this many steps; 0 = never."));
  }

  /** All of them in the order of the reference. */
  List<Setting<?>> all() {
    return List.of(
        epochs,
        steps,
        batchSize,
        learningRate,
        schedule,
        warmupSteps,
        warmupRatio,
        weightDecay,
        gradientAccumulation,
        maxGradNorm,
        precision,
        freezeLayers,
        layerDecay,
        headLearningRate,
        gradientCheckpointing,
        evaluationSteps,
        earlyStoppingPatience,
        earlyStoppingThreshold,
        checkpointSteps);
  }

  /** What they must meet together. */
  List<SettingRule> rules() {
    return List.of(
        SettingRule.exclusive(steps, epochs),
        SettingRule.exclusive(warmupSteps, warmupRatio),
        SettingRule.mustBeRead(
            earlyStoppingPatience,
            settings -> settings.get(evaluationSteps) > 0,
            evaluationSteps + " = 0 evaluates at the end only",
            evaluationSteps),
        SettingRule.mustBeRead(
            earlyStoppingThreshold,
            settings -> settings.get(evaluationSteps) > 0,
            evaluationSteps + " = 0 evaluates at the end only",
            evaluationSteps));
  }

  /**
   * The settings that came after the others: a model that was trained before them counts as trained
   * with their defaults.
   *
   * @param earlier names of settings that the training had from its beginning
   */
  Set<Setting<?>> except(String... earlier) {
    Set<String> names = Set.of(earlier);
    List<Setting<?>> later = new ArrayList<>(all());
    later.removeIf(
        setting -> names.contains(setting.key().substring(setting.key().indexOf('.') + 1)));
    return Set.copyOf(later);
  }

  /** The plan of the settings. */
  public TrainingPlan plan(Settings settings) {
    return plan(settings, settings.get(epochs));
  }

  /** The plan of the settings with another number of epochs. */
  TrainingPlan plan(Settings settings, int passes) {
    double rate = settings.get(learningRate);
    TrainingPlan.Builder plan =
        TrainingPlan.builder()
            .epochs(passes)
            .learningRate(rate)
            .shape(settings.get(schedule))
            .weightDecay(settings.get(weightDecay))
            .accumulation(settings.get(gradientAccumulation))
            .maxGradientNorm(settings.get(maxGradNorm))
            .layers(
                new LayerRates(
                    settings.get(freezeLayers),
                    settings.get(layerDecay),
                    settings.get(headLearningRate).map(head -> head / rate).orElse(1.0)))
            .gradientCheckpointing(settings.get(gradientCheckpointing))
            .evaluationSteps(settings.get(evaluationSteps))
            .stop(
                new StopRule(
                    settings.get(earlyStoppingPatience), settings.get(earlyStoppingThreshold)))
            .checkpointSteps(settings.get(checkpointSteps))
            .seed(settings.get(RunSettings.SEED));
    settings.get(steps).ifPresent(plan::maxSteps);
    settings
        .get(warmupSteps)
        .ifPresentOrElse(plan::warmupSteps, () -> plan.warmupRatio(settings.get(warmupRatio)));
    return plan.build();
  }
}
