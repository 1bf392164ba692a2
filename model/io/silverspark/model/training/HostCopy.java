package io.silverspark.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.silverspark.model.files.TensorData;
import java.util.Arrays;
import java.util.Map;

/** Float32 arrays copied from and to the Java heap, bit for bit. */
final class HostCopy {
  private HostCopy() {}

  static TensorData of(NDArray array) {
    return TensorData.ofFloats(array.toFloatArray(), array.getShape().getShape());
  }

  /**
   * Copies values in place; {@code NDArray.set(Buffer)} would leave aliases of the array behind.
   */
  static void overwrite(NDArray target, NDArray values) {
    try (NDArray alias = target.stopGradient()) {
      alias.set(new NDIndex(":"), values);
    }
  }

  /**
   * Writes a saved tensor into an array.
   *
   * @throws IllegalArgumentException if it is missing or has another shape
   */
  static void restore(String name, Map<String, TensorData> saved, NDArray target) {
    TensorData tensor = saved.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("the saved state has no tensor '" + name + "'");
    }
    long[] shape = target.getShape().getShape();
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw new IllegalArgumentException(
          "the saved tensor '%s' has shape %s, needed is %s"
              .formatted(name, Arrays.toString(tensor.shape()), Arrays.toString(shape)));
    }
    try (NDManager scope = target.getManager().newSubManager()) {
      overwrite(target, scope.create(tensor.floats(), target.getShape()));
    }
  }
}
