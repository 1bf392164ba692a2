package io.silverspark;

import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.BertConfig;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.files.TensorData;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One layer of MiniLM with an eighth of its width: a corner of each weight. It knows all words, and
 * a training step takes milliseconds.
 */
public final class NarrowModel {
  private static final int NARROWER = 8;
  private static final String CONFIG =
      """
      {"model_type": "bert", "hidden_size": 48, "num_hidden_layers": 1, "num_attention_heads": 4,
       "intermediate_size": 192, "vocab_size": 30522, "max_position_embeddings": 64,
       "type_vocab_size": 2, "layer_norm_eps": 1e-12, "hidden_dropout_prob": %1$s,
       "attention_probs_dropout_prob": %1$s, "pad_token_id": 0, "hidden_act": "gelu"}
      """;

  private static final ModelFiles CUT = cut();

  private NarrowModel() {}

  /** The model in memory. */
  public static ModelFiles files(double dropout) {
    byte[] config = CONFIG.formatted(dropout).getBytes(StandardCharsets.UTF_8);
    return CUT.withConfig(BertConfig.parse(config, "narrow model"));
  }

  private static ModelFiles cut() {
    ModelFiles whole = ModelReference.open("builtin:all-MiniLM-L6-v2").keepLayers(1);
    Map<String, TensorData> corners = new LinkedHashMap<>();
    whole.weights().forEach((name, tensor) -> corners.put(name, corner(name, tensor)));
    return whole.withMaxSeqLength(64).withWeights(corners);
  }

  /** Words and token types stay, positions are cut to 64, all else is an eighth. */
  private static TensorData corner(String name, TensorData tensor) {
    long[] shape = tensor.shape();
    long[] cut = Arrays.stream(shape).map(size -> size / NARROWER).toArray();
    if (name.startsWith("embeddings.") && shape.length == 2) {
      cut[0] = name.contains("position") ? 64 : shape[0];
    }
    int columns = Math.toIntExact(cut[cut.length - 1]);
    int rows = shape.length == 1 ? 1 : Math.toIntExact(cut[0]);
    int width = Math.toIntExact(shape[shape.length - 1]);
    float[] from = tensor.floats();
    float[] values = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(from, row * width, values, row * columns, columns);
    }
    return TensorData.ofFloats(values, cut);
  }

  /** Writes the model as a directory, as {@code model.base} names it. */
  public static void save(Path directory) {
    try (SentenceEncoder encoder =
        SentenceEncoder.of(files(0.1), EncoderOptions.defaults().withWorkers(1))) {
      encoder.save(directory, "# A narrow model for tests");
    }
  }
}
