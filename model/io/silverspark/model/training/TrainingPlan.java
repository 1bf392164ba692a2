package io.silverspark.model.training;

import java.io.Serializable;
import java.util.Locale;

/**
 * How long and how fast to train. The defaults are those of the Hugging Face Trainer.
 *
 * @param epochs passes over the training set, at least 1; default 3
 * @param maxSteps stops after so many optimizer steps, and shapes the schedule for them; 0 for the
 *     steps of all epochs; default 0
 * @param accumulation batches that are averaged to one optimizer step, at least 1; default 1
 * @param learningRate peak rate, above 0; default 5e-5
 * @param shape of the rate after the warmup; default linear
 * @param warmupSteps optimizer steps of the warmup; when 0, {@code warmupRatio} counts; default 0
 * @param warmupRatio share of all steps, 0 to 1, rounded up; default 0
 * @param weightDecay 0 or more; default 0
 * @param beta1 decay of AdamW's first moment; default 0.9
 * @param beta2 decay of AdamW's second moment; default 0.999
 * @param epsilon AdamW's constant; default 1e-8
 * @param maxGradientNorm clip to this global norm; infinity for none; default 1
 * @param evaluationSteps evaluate after so many optimizer steps, and at the end; 0 for never;
 *     default 0
 * @param checkpointSteps write a checkpoint after so many optimizer steps; 0 for never; default 0
 * @param seed of dropout; samplers have their own; default 42
 * @param stop ends the run early when evaluations bring no gain; default never
 * @param layers how fast each layer learns; default all the same
 * @param gradientCheckpointing whether the backward pass runs each layer again instead of keeping
 *     what it computed; default no
 */
public record TrainingPlan(
    int epochs,
    int maxSteps,
    int accumulation,
    double learningRate,
    LearningRateSchedule.Shape shape,
    int warmupSteps,
    double warmupRatio,
    double weightDecay,
    double beta1,
    double beta2,
    double epsilon,
    double maxGradientNorm,
    int evaluationSteps,
    int checkpointSteps,
    long seed,
    StopRule stop,
    LayerRates layers,
    boolean gradientCheckpointing)
    implements Serializable {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public TrainingPlan {
    require(epochs >= 1, "epochs must be 1 or more", epochs);
    require(maxSteps >= 0, "maxSteps must be 0 or more", maxSteps);
    require(accumulation >= 1, "accumulation must be 1 or more", accumulation);
    require(learningRate > 0, "learningRate must be above 0", learningRate);
    require(warmupSteps >= 0, "warmupSteps must be 0 or more", warmupSteps);
    require(warmupRatio >= 0 && warmupRatio <= 1, "warmupRatio must be 0 to 1", warmupRatio);
    require(weightDecay >= 0, "weightDecay must be 0 or more", weightDecay);
    require(beta1 >= 0 && beta1 < 1, "beta1 must be 0 to 1", beta1);
    require(beta2 >= 0 && beta2 < 1, "beta2 must be 0 to 1", beta2);
    require(epsilon > 0, "epsilon must be above 0", epsilon);
    require(maxGradientNorm > 0, "maxGradientNorm must be above 0", maxGradientNorm);
    require(evaluationSteps >= 0, "evaluationSteps must be 0 or more", evaluationSteps);
    require(checkpointSteps >= 0, "checkpointSteps must be 0 or more", checkpointSteps);
  }

  /**
   * All values in one line. Checkpoints hold it, so it stays as earlier versions wrote it; what
   * they did not know stands at the end, unless it is the default.
   */
  @Override
  public String toString() {
    String known =
        "epochs=%s, maxSteps=%s, accumulation=%s, learningRate=%s, shape=%s, warmupSteps=%s, warmupRatio=%s, weightDecay=%s, beta1=%s, beta2=%s, epsilon=%s, maxGradientNorm=%s, evaluationSteps=%s, checkpointSteps=%s, seed=%s"
            .formatted(
                epochs,
                maxSteps > 0 ? "OptionalInt[" + maxSteps + "]" : "OptionalInt.empty",
                accumulation,
                learningRate,
                shape,
                warmupSteps,
                warmupRatio,
                weightDecay,
                beta1,
                beta2,
                epsilon,
                maxGradientNorm,
                evaluationSteps,
                checkpointSteps,
                seed);
    return "TrainingPlan["
        + known
        + (stop.equals(StopRule.never()) ? "" : ", stop=" + stop)
        + (layers.equals(LayerRates.EQUAL) ? "" : ", layers=" + layers)
        + (gradientCheckpointing ? ", gradientCheckpointing=true" : "")
        + "]";
  }

  private static void require(boolean valid, String rule, Object found) {
    if (!valid) {
      throw new IllegalArgumentException(rule + ", found " + found);
    }
  }

  /** The values that people ask for first, in one line. */
  public String summary() {
    return "%s, learning rate %s %s%s%s%s"
        .formatted(
            maxSteps > 0 ? maxSteps + " steps" : epochs + (epochs == 1 ? " epoch" : " epochs"),
            learningRate,
            shape.name().toLowerCase(Locale.ROOT),
            accumulation == 1 ? "" : ", " + accumulation + " batches a step",
            stop.patience() == 0
                ? ""
                : ", stops after " + stop.patience() + " evaluations without gain",
            layers.frozenLayers() == 0
                ? ""
                : ", first " + layers.frozenLayers() + " layers frozen");
  }

  /** The defaults, to be changed one by one. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The schedule of a run.
   *
   * @param totalSteps optimizer steps of the whole run
   */
  LearningRateSchedule schedule(int totalSteps) {
    int warmup = warmupSteps > 0 ? warmupSteps : (int) Math.ceil(totalSteps * warmupRatio);
    return new LearningRateSchedule(shape, learningRate, warmup, totalSteps);
  }

  AdamW.Settings optimizer() {
    return new AdamW.Settings(beta1, beta2, epsilon, weightDecay, layers);
  }

  /** Collects the values of a plan. */
  public static final class Builder {
    private int epochs = 3;
    private int maxSteps;
    private int accumulation = 1;
    private double learningRate = 5e-5;
    private LearningRateSchedule.Shape shape = LearningRateSchedule.Shape.LINEAR;
    private int warmupSteps;
    private double warmupRatio;
    private double weightDecay;
    private double beta1 = 0.9;
    private double beta2 = 0.999;
    private double epsilon = 1e-8;
    private double maxGradientNorm = 1;
    private int evaluationSteps;
    private int checkpointSteps;
    private long seed = 42;
    private StopRule stop = StopRule.never();
    private LayerRates layers = LayerRates.EQUAL;
    private boolean gradientCheckpointing;

    private Builder() {}

    /** Sets {@link TrainingPlan#epochs}. */
    public Builder epochs(int value) {
      epochs = value;
      return this;
    }

    /** Sets {@link TrainingPlan#maxSteps}. */
    public Builder maxSteps(int value) {
      maxSteps = value;
      return this;
    }

    /** Sets {@link TrainingPlan#accumulation}. */
    public Builder accumulation(int value) {
      accumulation = value;
      return this;
    }

    /** Sets {@link TrainingPlan#learningRate}. */
    public Builder learningRate(double value) {
      learningRate = value;
      return this;
    }

    /** Sets {@link TrainingPlan#shape}. */
    public Builder shape(LearningRateSchedule.Shape value) {
      shape = value;
      return this;
    }

    /** Sets {@link TrainingPlan#warmupSteps}. */
    public Builder warmupSteps(int value) {
      warmupSteps = value;
      return this;
    }

    /** Sets {@link TrainingPlan#warmupRatio}. */
    public Builder warmupRatio(double value) {
      warmupRatio = value;
      return this;
    }

    /** Sets {@link TrainingPlan#weightDecay}. */
    public Builder weightDecay(double value) {
      weightDecay = value;
      return this;
    }

    /** Sets {@link TrainingPlan#beta1} and {@link TrainingPlan#beta2}. */
    public Builder betas(double first, double second) {
      beta1 = first;
      beta2 = second;
      return this;
    }

    /** Sets {@link TrainingPlan#epsilon}. */
    public Builder epsilon(double value) {
      epsilon = value;
      return this;
    }

    /** Sets {@link TrainingPlan#maxGradientNorm}. */
    public Builder maxGradientNorm(double value) {
      maxGradientNorm = value;
      return this;
    }

    /** Sets {@link TrainingPlan#evaluationSteps}. */
    public Builder evaluationSteps(int value) {
      evaluationSteps = value;
      return this;
    }

    /** Sets {@link TrainingPlan#checkpointSteps}. */
    public Builder checkpointSteps(int value) {
      checkpointSteps = value;
      return this;
    }

    /** Sets {@link TrainingPlan#seed}. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Sets {@link TrainingPlan#stop}. */
    public Builder stop(StopRule value) {
      stop = value;
      return this;
    }

    /** Sets {@link TrainingPlan#layers}. */
    public Builder layers(LayerRates value) {
      layers = value;
      return this;
    }

    /** Sets {@link TrainingPlan#gradientCheckpointing}. */
    public Builder gradientCheckpointing(boolean value) {
      gradientCheckpointing = value;
      return this;
    }

    /**
     * The plan.
     *
     * @throws IllegalArgumentException naming the value that is out of its range
     */
    public TrainingPlan build() {
      return new TrainingPlan(
          epochs,
          maxSteps,
          accumulation,
          learningRate,
          shape,
          warmupSteps,
          warmupRatio,
          weightDecay,
          beta1,
          beta2,
          epsilon,
          maxGradientNorm,
          evaluationSteps,
          checkpointSteps,
          seed,
          stop,
          layers,
          gradientCheckpointing);
    }
  }
}
