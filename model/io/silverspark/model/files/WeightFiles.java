package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The weights of a model directory: one file, or several with an index; safetensors or, where there
 * is none, what torch.save wrote. The order of the search is that of transformers.
 */
final class WeightFiles {
  static final String SINGLE = "model.safetensors";

  private static final String INDEX = ".index.json";
  private static final byte[] LFS = "version https://git-lfs".getBytes(StandardCharsets.US_ASCII);

  private WeightFiles() {}

  /**
   * Reads whichever weights the directory holds.
   *
   * @return tensors under the names of the file
   * @throws UserException if there are none, or a file is broken
   */
  static Map<String, TensorData> read(Path directory) {
    return read(directory, List.of(SINGLE, "pytorch_model.bin"));
  }

  /**
   * Reads weights of one kind.
   *
   * @param names of the file, the first that is there
   */
  static Map<String, TensorData> read(Path directory, List<String> names) {
    for (String name : names) {
      if (Files.exists(directory.resolve(name))) {
        return readFile(directory.resolve(name));
      }
      if (Files.exists(directory.resolve(name + INDEX))) {
        return readShards(directory.resolve(name + INDEX));
      }
    }
    throw new UserException(
        "%s holds no weights, expected %s".formatted(directory, String.join(" or ", names)));
  }

  private static Map<String, TensorData> readFile(Path file) {
    requireWeights(file);
    return suffix(file).equals(".bin") ? TorchCheckpoint.read(file) : Safetensors.read(file);
  }

  /** A clone without Git LFS holds a few lines of text in place of the weights. */
  private static void requireWeights(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      if (Arrays.equals(in.readNBytes(LFS.length), LFS)) {
        throw new UserException(
            file
                + " is a pointer of Git LFS, expected the weights: fetch them with 'git lfs pull'");
      }
    } catch (IOException e) {
      throw new UserException(
          file + (Files.exists(file) ? " cannot be read: " + e : " is missing"), e);
    }
  }

  private static String suffix(Path file) {
    String name = file.getFileName().toString().replace(INDEX, "");
    return name.substring(name.lastIndexOf('.'));
  }

  private static Map<String, TensorData> readShards(Path indexFile) {
    JsonObject index = JsonObject.read(indexFile);
    Map<String, Map<String, TensorData>> shards = new TreeMap<>();
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : index.node().path("weight_map").properties()) {
      String file = entry.getValue().asText();
      if (!file.endsWith(suffix(indexFile)) || file.contains("/") || file.contains("\\")) {
        throw new UserException(
            "%s: tensor '%s' is in '%s', expected a %s file of the same directory"
                .formatted(index.where(), entry.getKey(), file, suffix(indexFile)));
      }
      TensorData tensor =
          shards
              .computeIfAbsent(file, name -> readFile(indexFile.resolveSibling(name)))
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
