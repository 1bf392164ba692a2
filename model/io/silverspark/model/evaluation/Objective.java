package io.silverspark.model.evaluation;

/** A smooth function to minimise. */
interface Objective {
  /** Value at {@code point}; the gradient there overwrites {@code gradient}, of the same length. */
  double valueAndGradient(double[] point, double[] gradient);
}
