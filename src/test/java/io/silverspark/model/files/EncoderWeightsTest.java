package io.silverspark.model.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.error.UserException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncoderWeightsTest {
  private static final EncoderConfig CONFIG = TinyModel.config();

  static Map<String, TensorData> filled(EncoderConfig config, boolean classifier) {
    Map<String, TensorData> weights = new LinkedHashMap<>();
    EncoderWeights.expected(config, classifier, classifier)
        .forEach(
            (name, shape) -> {
              float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
              Arrays.fill(values, weights.size());
              weights.put(name, TensorData.ofFloats(values, shape));
            });
    return weights;
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert.", "model.", ""})
  void select_prefixedNamesAndOtherHeads_givesBodyNames(String prefix) {
    Map<String, TensorData> expected = filled(CONFIG, false);
    Map<String, TensorData> checkpoint = new LinkedHashMap<>();
    expected.forEach(
        (name, tensor) ->
            checkpoint.put(
                prefix
                    + name.replace("LayerNorm.weight", "LayerNorm.gamma")
                        .replace("LayerNorm.bias", "LayerNorm.beta"),
                tensor));
    checkpoint.put("cls.predictions.bias", TensorData.ofFloats(new float[1], 1));
    checkpoint.put(prefix + "embeddings.position_ids", TensorData.ofFloats(new float[1], 1));
    assertThat(EncoderWeights.select(checkpoint, CONFIG, false, "here")).isEqualTo(expected);
  }

  @Test
  void select_languageModelHead_isReadWholeAndNotWritten(@TempDir Path directory) {
    Map<String, TensorData> checkpoint = filled(CONFIG, false);
    for (String name : LanguageModelHead.NAMES) {
      long[] shape = LanguageModelHead.shape(name, CONFIG);
      int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
      checkpoint.put(name, TensorData.ofFloats(new float[size], shape));
    }
    assertThat(EncoderWeights.select(checkpoint, CONFIG, false, "here")).isEqualTo(checkpoint);

    ModelFiles files = TinyModel.encoder(PoolingMode.MEAN, true).withWeights(checkpoint);
    ModelDirectory.write(files, directory.resolve("model"), "card");
    assertThat(ModelDirectory.read(directory.resolve("model")).weights())
        .isEqualTo(filled(CONFIG, false));
  }

  @Test
  void select_missingWeight_namesIt() {
    Map<String, TensorData> weights = filled(CONFIG, false);
    weights.remove("encoder.layer.1.output.dense.bias");
    assertThatThrownBy(() -> EncoderWeights.select(weights, CONFIG, false, "here"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "here: tensor 'encoder.layer.1.output.dense.bias' is missing, expected shape [4]");
  }

  @Test
  void select_anotherShape_saysFoundAndExpected() {
    assertThatThrownBy(
            () ->
                EncoderWeights.select(filled(CONFIG, true), CONFIG.withNumLabels(3), true, "here"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            "here: tensor 'classifier.weight' is F32[2, 4], expected shape [3, 4]");
  }
}
