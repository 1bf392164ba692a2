package io.silverspark.model.encoder;

import ai.djl.ndarray.NDArray;
import io.silverspark.model.files.LoraAdapter;
import io.silverspark.model.files.TensorData;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

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

  /**
   * The trained adapter of an encoder.
   *
   * @param base name of the model that it belongs to
   * @return empty if there is none
   */
  static Optional<LoraAdapter> adapter(Transformer transformer, String base) {
    return transformer
        .adapted()
        .map(layers -> new LoraAdapter(layers.lora(), base, copy(Map.of(), layers.weights())));
  }
}
