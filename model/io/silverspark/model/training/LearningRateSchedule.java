package io.silverspark.model.training;

/**
 * The learning rate of each optimizer step: a linear rise from 0 over the warmup, then the shape.
 *
 * <p>The first step of a warmup has rate 0: it moves no weight but fills the optimizer's moments.
 * Source: the schedules of the same names in Hugging Face transformers.
 *
 * @param shape what follows the warmup
 * @param peak the rate at the end of the warmup, above 0
 * @param warmupSteps optimizer steps of the rise, 0 or more
 * @param totalSteps optimizer steps of the whole run, at least 1
 */
public record LearningRateSchedule(Shape shape, double peak, int warmupSteps, int totalSteps) {
  /** How the rate goes on after the warmup. */
  public enum Shape {
    /** Falls in a straight line to 0 at the end of the run. */
    LINEAR,
    /** Falls along half a cosine to 0 at the end of the run. */
    COSINE,
    /** Stays at the peak. */
    CONSTANT
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public LearningRateSchedule {
    if (!(peak > 0) || warmupSteps < 0 || totalSteps < 1) {
      throw new IllegalArgumentException(
          "peak must be above 0, warmupSteps 0 or more, totalSteps 1 or more; found %s, %d, %d"
              .formatted(peak, warmupSteps, totalSteps));
    }
  }

  /**
   * The rate of one step.
   *
   * @param step from 0
   * @return 0 to {@link #peak()}
   */
  public double at(int step) {
    if (step < warmupSteps) {
      return peak * ((double) step / Math.max(1, warmupSteps));
    }
    double left = (double) (totalSteps - step) / Math.max(1, totalSteps - warmupSteps);
    return switch (shape) {
      case LINEAR -> peak * Math.max(0, left);
      case COSINE -> peak * Math.max(0, 0.5 * (1 + Math.cos(Math.PI * (1 - left))));
      case CONSTANT -> peak;
    };
  }
}
