package io.silverspark.model.encoder;

import ai.djl.ndarray.NDArray;
import io.silverspark.model.files.TensorData;
import java.util.LinkedHashMap;
import java.util.Map;

/** Copies trained arrays out of native memory. */
final class CurrentWeights {
  private CurrentWeights() {}

  /**
   * The file's weights, with those that are trained replaced by their present values.
   *
   * @param files by name, in the file's order
   * @param parameters by name
   * @return float32 where replaced
   */
  static Map<String, TensorData> copy(
      Map<String, TensorData> files, Map<String, NDArray> parameters) {
    Map<String, TensorData> current = new LinkedHashMap<>(files);
    parameters.forEach(
        (name, array) ->
            current.put(
                name, TensorData.ofFloats(array.toFloatArray(), array.getShape().getShape())));
    return current;
  }
}
