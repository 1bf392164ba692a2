package io.silverspark.model.encoder;

import io.silverspark.model.files.EncoderConfig;
import io.silverspark.model.files.LanguageModelHead;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Names, shapes and fresh values of the weights that a language model adds to an encoder. */
final class LanguageModelWeights {
  private static final List<String> CROSS_ATTENTION =
      List.of("self.query", "self.key", "self.value", "output.dense", "output.LayerNorm");

  private LanguageModelWeights() {}

  /** Attention of each layer to the sentence, in the order of the program. */
  static List<String> crossAttention(int layers) {
    List<String> names = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      for (String part : CROSS_ATTENTION) {
        String name = "encoder.layer." + layer + ".crossattention." + part;
        names.addAll(List.of(name + ".weight", name + ".bias"));
      }
    }
    return names;
  }

  static long[] shape(String name, EncoderConfig config) {
    if (LanguageModelHead.NAMES.contains(name)) {
      return LanguageModelHead.shape(name, config);
    }
    long hidden = config.hiddenSize();
    boolean matrix = name.endsWith(".weight") && !name.endsWith("LayerNorm.weight");
    return matrix ? new long[] {hidden, hidden} : new long[] {hidden};
  }

  /**
   * Fresh weights, but the head that the encoder's file has.
   *
   * @param names wanted
   * @param files of the encoder
   * @param seed of the fresh ones
   */
  static Map<String, TensorData> start(List<String> names, ModelFiles files, long seed) {
    Map<String, TensorData> weights = fresh(names, files.config(), seed);
    weights.putAll(LanguageModelHead.in(files.weights()));
    return weights;
  }

  /**
   * Matrices normal with the deviation {@code initializer_range} of the config, biases 0, norms the
   * identity, as in Hugging Face.
   */
  static Map<String, TensorData> fresh(List<String> names, EncoderConfig config, long seed) {
    double range = config.initializerRange();
    Random random = new Random(seed);
    Map<String, TensorData> weights = new LinkedHashMap<>();
    for (String name : names) {
      long[] shape = shape(name, config);
      float[] values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b))];
      if (shape.length == 2) {
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (random.nextGaussian() * range);
        }
      } else if (name.endsWith(".weight")) {
        Arrays.fill(values, 1f);
      }
      weights.put(name, TensorData.ofFloats(values, shape));
    }
    return weights;
  }
}
