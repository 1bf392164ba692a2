package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.silverspark.model.error.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The weights of a model directory: one safetensors file, or several with an index. */
final class WeightFiles {
  static final String SINGLE = "model.safetensors";

  private static final String INDEX = "model.safetensors.index.json";

  private WeightFiles() {}

  /**
   * Reads whichever weights the directory holds.
   *
   * @return tensors under the names of the file
   * @throws UserException if there are none, or only a pickle
   */
  static Map<String, TensorData> read(Path directory) {
    if (Files.exists(directory.resolve(SINGLE))) {
      return Safetensors.read(directory.resolve(SINGLE));
    }
    if (Files.exists(directory.resolve(INDEX))) {
      return readShards(directory);
    }
    if (Files.exists(directory.resolve("pytorch_model.bin"))) {
      throw new UserException(
          ("%s holds only pytorch_model.bin, expected %s: convert it in Python with"
                  + " AutoModel.from_pretrained(dir).save_pretrained(dir)")
              .formatted(directory, SINGLE));
    }
    throw new UserException("%s holds no weights, expected %s".formatted(directory, SINGLE));
  }

  private static Map<String, TensorData> readShards(Path directory) {
    JsonObject index = JsonObject.read(directory.resolve(INDEX));
    Map<String, Map<String, TensorData>> shards = new TreeMap<>();
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : index.node().path("weight_map").properties()) {
      String file = entry.getValue().asText();
      if (!file.endsWith(".safetensors") || file.contains("/") || file.contains("\\")) {
        throw new UserException(
            "%s: tensor '%s' is in '%s', expected a .safetensors file of the same directory"
                .formatted(index.where(), entry.getKey(), file));
      }
      TensorData tensor =
          shards
              .computeIfAbsent(file, name -> Safetensors.read(directory.resolve(name)))
              .get(entry.getKey());
      if (tensor == null) {
        throw new UserException(
            "%s: tensor '%s' is not in %s".formatted(index.where(), entry.getKey(), file));
      }
      tensors.put(entry.getKey(), tensor);
    }
    if (tensors.isEmpty()) {
      throw new UserException(index.where() + " lists no tensors in 'weight_map'");
    }
    return tensors;
  }
}
