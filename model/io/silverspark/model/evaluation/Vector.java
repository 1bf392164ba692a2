package io.silverspark.model.evaluation;

import java.util.Arrays;

/** A point or gradient of an optimisation; the array is not changed after it is handed over. */
@SuppressWarnings("ArrayRecordComponent") // Thousands of numbers, never compared as a whole.
record Vector(double... values) {

  double dot(Vector other) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i] * other.values[i];
    }
    return sum;
  }

  Vector plus(double factor, Vector other) {
    double[] result = new double[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i] + factor * other.values[i];
    }
    return new Vector(result);
  }

  Vector times(double factor) {
    return new Vector(Arrays.stream(values).map(value -> factor * value).toArray());
  }

  /** Largest absolute value. */
  double maxNorm() {
    return Arrays.stream(values).map(Math::abs).max().orElse(0);
  }
}
