package io.silverspark.model.training;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.files.Safetensors;
import io.silverspark.model.files.TensorData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How a run ended and the weights it ended with, as two files, to carry them to another process.
 */
public final class TrainingOutcome {
  private static final String WEIGHTS = "weights.safetensors";
  private static final String RESULT = "result.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private TrainingOutcome() {}

  /**
   * Writes the files.
   *
   * @param directory existing
   * @param result of the run
   * @param weights of the trained model, by name
   * @throws IOException if they cannot be written
   */
  public static void write(Path directory, TrainingResult result, Map<String, NDArray> weights)
      throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    weights.forEach((name, array) -> tensors.put(name, HostCopy.of(array)));
    Safetensors.write(directory.resolve(WEIGHTS), tensors, Map.of());
    ObjectNode node = JSON.createObjectNode();
    node.put("steps", result.steps()).put("bestStep", result.bestStep());
    node.put("stoppedEarly", result.stoppedEarly());
    node.put("precision", result.precision().name());
    result.bestScore().ifPresent(score -> node.put("bestScore", score));
    JSON.writeValue(directory.resolve(RESULT).toFile(), node);
  }

  /**
   * Reads the files and overwrites the weights of a model of the same shape.
   *
   * @param directory with the files
   * @param weights changed in place; the model is to be told
   * @return how the run ended
   * @throws IOException if they cannot be read
   */
  public static TrainingResult read(Path directory, Map<String, NDArray> weights)
      throws IOException {
    ObjectNode node = (ObjectNode) JSON.readTree(directory.resolve(RESULT).toFile());
    Map<String, TensorData> tensors = Safetensors.read(directory.resolve(WEIGHTS));
    weights.forEach((name, array) -> HostCopy.restore(name, tensors, array));
    return new TrainingResult(
        node.required("steps").asInt(),
        node.has("bestScore")
            ? OptionalDouble.of(node.get("bestScore").asDouble())
            : OptionalDouble.empty(),
        node.required("bestStep").asInt(),
        node.required("stoppedEarly").asBoolean(),
        Precision.valueOf(node.required("precision").asText()));
  }
}
