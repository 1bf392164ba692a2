package io.silverspark.model.evaluation;

import io.silverspark.model.evaluation.MoreThuenteLineSearch.Trial;

/**
 * The next step of a line search from cubic and quadratic interpolation: the four cases of
 * MINPACK-2 dcstep (Moré and Thuente 1994, section 4).
 */
final class StepInterpolation {
  private StepInterpolation() {}

  /**
   * Result of one interpolation.
   *
   * @param bracketed whether a minimum is now known to lie between the ends
   */
  record Choice(double step, boolean bracketed) {}

  static Choice choose(
      Trial best, Trial other, Trial trial, boolean bracketed, double minStep, double maxStep) {
    if (trial.value() > best.value()) {
      return new Choice(afterHigherValue(best, trial), true);
    }
    if (trial.slope() * Math.signum(best.slope()) < 0) {
      return new Choice(afterSlopeChange(best, trial), true);
    }
    double limit = trial.step() > best.step() ? maxStep : minStep;
    if (Math.abs(trial.slope()) < Math.abs(best.slope())) {
      double step =
          bracketed
              ? flatterWithinBracket(best, other, trial, limit)
              : flatterUnbounded(best, trial, limit, minStep, maxStep);
      return new Choice(step, bracketed);
    }
    return new Choice(bracketed ? cubicTowards(other, trial) : limit, bracketed);
  }

  /** Case 1: between the cubic's minimum and the mean of it and the quadratic's. */
  private static double afterHigherValue(Trial best, Trial trial) {
    double length = trial.step() - best.step();
    double theta = theta(best, trial);
    double gamma = Math.copySign(root(theta, best.slope(), trial.slope()), length);
    double p = gamma - best.slope() + theta;
    double q = gamma - best.slope() + gamma + trial.slope();
    double cubic = best.step() + p / q * length;
    double meanSlope = (best.value() - trial.value()) / length;
    double quadratic = best.step() + best.slope() / (meanSlope + best.slope()) / 2 * length;
    boolean cubicCloser = Math.abs(cubic - best.step()) < Math.abs(quadratic - best.step());
    return cubicCloser ? cubic : cubic + (quadratic - cubic) / 2;
  }

  /** Case 2: the farther of the cubic's minimum and the secant's. */
  private static double afterSlopeChange(Trial best, Trial trial) {
    double cubic = cubicTowards(best, trial);
    double secant = secant(best, trial);
    boolean cubicFarther = Math.abs(cubic - trial.step()) > Math.abs(secant - trial.step());
    return cubicFarther ? cubic : secant;
  }

  /** Case 3, bracketed: the closer of the two, but not too close to the other end. */
  private static double flatterWithinBracket(Trial best, Trial other, Trial trial, double limit) {
    double cubic = flatterCubic(best, trial, limit);
    double secant = secant(best, trial);
    boolean cubicCloser = Math.abs(cubic - trial.step()) < Math.abs(secant - trial.step());
    double step = cubicCloser ? cubic : secant;
    double bound = trial.step() + 0.66 * (other.step() - trial.step());
    return trial.step() > best.step() ? Math.min(bound, step) : Math.max(bound, step);
  }

  /** Case 3, not bracketed: the farther of the two, within the limits. */
  private static double flatterUnbounded(
      Trial best, Trial trial, double limit, double minStep, double maxStep) {
    double cubic = flatterCubic(best, trial, limit);
    double secant = secant(best, trial);
    boolean cubicFarther = Math.abs(cubic - trial.step()) > Math.abs(secant - trial.step());
    return Math.max(minStep, Math.min(maxStep, cubicFarther ? cubic : secant));
  }

  /** The cubic's minimum if it lies beyond the trial, else the limit on that side. */
  private static double flatterCubic(Trial best, Trial trial, double limit) {
    double theta = theta(best, trial);
    double back = best.step() - trial.step();
    double gamma = Math.copySign(root(theta, best.slope(), trial.slope()), back);
    double p = gamma - trial.slope() + theta;
    double q = gamma + (best.slope() - trial.slope()) + gamma;
    double ratio = p / q;
    return ratio < 0 && gamma != 0 ? trial.step() + ratio * back : limit;
  }

  /** Minimum of the cubic through a trial and an end, measured from the trial. */
  private static double cubicTowards(Trial end, Trial trial) {
    double theta = theta(end, trial);
    double back = end.step() - trial.step();
    double gamma = Math.copySign(root(theta, end.slope(), trial.slope()), back);
    double p = gamma - trial.slope() + theta;
    double q = gamma - trial.slope() + gamma + end.slope();
    return trial.step() + p / q * back;
  }

  private static double secant(Trial best, Trial trial) {
    double ratio = trial.slope() / (trial.slope() - best.slope());
    return trial.step() + ratio * (best.step() - trial.step());
  }

  private static double theta(Trial end, Trial trial) {
    double meanSlope = (end.value() - trial.value()) / (trial.step() - end.step());
    return 3 * meanSlope + end.slope() + trial.slope();
  }

  /** Square root of theta² - slope * slope, scaled against overflow; 0 where that is negative. */
  private static double root(double theta, double endSlope, double trialSlope) {
    double scale = Math.max(Math.abs(theta), Math.max(Math.abs(endSlope), Math.abs(trialSlope)));
    double square = theta / scale * (theta / scale) - endSlope / scale * (trialSlope / scale);
    return scale * Math.sqrt(Math.max(0, square));
  }
}
