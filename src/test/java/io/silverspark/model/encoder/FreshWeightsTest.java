package io.silverspark.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.NarrowModel;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ClassNames;
import io.silverspark.model.files.EncoderConfig;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.TensorData;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights that a model does not have yet are drawn as its config says, as in transformers. */
class FreshWeightsTest {
  private static final List<String> LANGUAGE_HEAD =
      List.of(
          "cls.predictions.transform.dense.weight",
          "encoder.layer.0.crossattention.self.key.weight");

  private static ModelFiles model(String initializerRange) {
    String json =
        """
        {"model_type": "bert", "hidden_size": 48, "num_hidden_layers": 1, "num_attention_heads": 4,
         "intermediate_size": 192, "vocab_size": 5000, "max_position_embeddings": 64,
         "type_vocab_size": 2 %s}
        """
            .formatted(initializerRange);
    return NarrowModel.files(0)
        .withConfig(EncoderConfig.parse(json.getBytes(StandardCharsets.UTF_8), "config.json"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          , "initializer_range": 0.5  | 0.5
          , "initializer_range": 0.02 | 0.02
          , "initializer_range": 0    | 0.02
          , "initializer_range": null | 0.02
          ''                          | 0.02
          """)
  void fresh_headsOfAnyKind_haveTheDeviationOfTheConfig(String key, double deviation) {
    ModelFiles model = model(key);
    Map<String, TensorData> classifier =
        ClassificationHead.fresh(model, ClassNames.nli(), 7).weights();
    assertThat(deviation(classifier.get("classifier.weight")))
        .isCloseTo(deviation, within(0.15 * deviation));
    LanguageModelWeights.fresh(LANGUAGE_HEAD, model.config(), 7)
        .forEach(
            (name, weight) ->
                assertThat(deviation(weight))
                    .as(name)
                    .isCloseTo(deviation, within(0.05 * deviation)));
  }

  @Test
  void fresh_rangeThatIsNoNumberAboveZero_isRefused() {
    ModelFiles model = model(", \"initializer_range\": -0.1");
    assertThatThrownBy(() -> ClassificationHead.fresh(model, ClassNames.nli(), 7))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "config.json: 'initializer_range' is -0.1, expected a number above 0: it scales fresh"
                + " weights");
  }

  private static double deviation(TensorData weight) {
    double sum = 0;
    for (float value : weight.floats()) {
      sum += value * value;
    }
    return Math.sqrt(sum / weight.floats().length);
  }
}
