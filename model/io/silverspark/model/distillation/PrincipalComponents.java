package io.silverspark.model.distillation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.silverspark.model.encoder.TorchEngine;
import io.silverspark.model.encoder.TorchProgram;
import java.util.Arrays;
import java.util.Map;

/**
 * Principal components of vectors: directions that are perpendicular to each other and along which
 * the vectors vary most. Computed in float64 from the covariance, as {@code
 * sklearn.decomposition.PCA} with {@code svd_solver="full"} up to rounding; the signs are those of
 * its {@code svd_flip}, the largest number of each direction positive.
 *
 * @param projected vectors less their mean, along the components [vectors][components]
 * @param explainedVariance the part of the vectors' variance that these components hold, 0 to 1
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PrincipalComponents(float[][] projected, double explainedVariance) {
  private static final int ROWS = 4096;

  /**
   * Projects vectors.
   *
   * @param vectors of one width, at least two
   * @param count of components, at most the width
   */
  static PrincipalComponents of(float[][] vectors, int count) {
    int width = vectors[0].length;
    try (NDManager manager = TorchEngine.open("cpu")) {
      NDArray sum = manager.zeros(new Shape(width), DataType.FLOAT64);
      each(manager, vectors, (scope, rows, at) -> sum.addi(rows.sum(new int[] {0})));
      NDArray mean = sum.divi(vectors.length);
      NDArray covariance = manager.zeros(new Shape(width, width), DataType.FLOAT64);
      each(
          manager,
          vectors,
          (scope, rows, at) -> {
            NDArray centred = rows.sub(mean);
            covariance.addi(centred.transpose().matMul(centred));
          });
      double[] values;
      NDArray directions;
      try (TorchProgram program =
          TorchProgram.load(
              manager,
              PrincipalComponents.class,
              "eigenvectors.torchscript",
              "Eigenvectors",
              Map.of())) {
        NDList found = program.run(manager, "symmetric", covariance);
        values = found.get(0).toDoubleArray(); // ascending
        directions = manager.create(largest(found.get(1), width, count), new Shape(width, count));
      }
      float[][] projected = new float[vectors.length][];
      each(
          manager,
          vectors,
          (scope, rows, at) -> {
            NDArray some = rows.sub(mean).matMul(directions).toType(DataType.FLOAT32, false);
            float[] flat = some.toFloatArray();
            for (int row = 0; row * count < flat.length; row++) {
              projected[at + row] = Arrays.copyOfRange(flat, row * count, (row + 1) * count);
            }
          });
      double kept = Arrays.stream(values, width - count, width).sum();
      return new PrincipalComponents(projected, kept / Arrays.stream(values).sum());
    }
  }

  /** The last columns, the last one first, each with its largest number positive. */
  private static double[] largest(NDArray vectors, int width, int count) {
    double[] all = vectors.toDoubleArray();
    double[] kept = new double[width * count];
    for (int component = 0; component < count; component++) {
      int column = width - 1 - component;
      double furthest = 0;
      for (int row = 0; row < width; row++) {
        double number = all[row * width + column];
        furthest = Math.abs(number) > Math.abs(furthest) ? number : furthest;
      }
      for (int row = 0; row < width; row++) {
        kept[row * count + component] = Math.signum(furthest) * all[row * width + column];
      }
    }
    return kept;
  }

  private interface Part {
    void take(NDManager scope, NDArray rows, int at);
  }

  private static void each(NDManager manager, float[][] vectors, Part part) {
    for (int from = 0; from < vectors.length; from += ROWS) {
      try (NDManager scope = manager.newSubManager()) {
        float[][] some = Arrays.copyOfRange(vectors, from, Math.min(vectors.length, from + ROWS));
        part.take(scope, scope.create(some).toType(DataType.FLOAT64, false), from);
      }
    }
  }
}
