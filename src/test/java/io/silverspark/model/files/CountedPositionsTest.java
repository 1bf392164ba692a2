package io.silverspark.model.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.encoder.Autograd;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.tokenizer.TokenizedText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Positions that are counted from a padding token, with odd padding ids and with that token in a
 * text. The vectors are those of transformers 5.18 for weights 0.5 sin(0.37 i + k), i the place in
 * the k-th weight, and 1 more in the scale of a norm.
 */
class CountedPositionsTest {
  private static ModelFiles model(String type, int padTokenId) {
    double eps = type.equals("distilbert") ? 1e-12 : 1e-5; // fixed for DistilBERT
    EncoderConfig config =
        new EncoderConfig(4, 1, 2, 8, 7, 16, 1, eps, 0, 0, padTokenId, 2, type, Map.of());
    Map<String, TensorData> weights = new LinkedHashMap<>();
    EncoderWeights.expected(config, false, false)
        .forEach(
            (name, shape) -> {
              float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
              double shift = name.endsWith("LayerNorm.weight") ? 1 : 0;
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) (0.5 * Math.sin(0.37 * i + weights.size()) + shift);
              }
              weights.put(name, TensorData.ofFloats(values, shape));
            });
    return new ModelFiles(
        config,
        weights,
        TinyModel.TOKENIZER.getBytes(StandardCharsets.UTF_8),
        SentenceModules.of(PoolingMode.MEAN, false),
        9,
        SentenceSettings.DEFAULT,
        KeptKeys.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "roberta, 5, b a b, 2.1022758, -0.3043155, -1.0420525, 0.688032",
    "roberta, 5, b b, 2.0978479, -0.3308848, -1.028773, 0.7114065",
    "mpnet, 0, b zz b, 2.073607, 0.2684422, -1.1411735, 0.1556579",
    "mpnet, 5, b zz b, 2.073607, 0.2684422, -1.1411735, 0.1556579",
    "mpnet, 5, b b, 2.0699012, 0.1686825, -1.1204398, 0.2566416"
  })
  void encode_countsAsTransformers_alsoInTraining(
      String type, int padTokenId, String text, float a, float b, float c, float d) {
    EncoderOptions options = EncoderOptions.defaults().withWorkers(1).withPrecision(Precision.FP32);
    try (SentenceEncoder encoder = SentenceEncoder.of(model(type, padTokenId), options);
        NDManager scope = encoder.manager().newSubManager()) {
      float[] expected = {a, b, c, d};
      assertThat(encoder.encode(List.of(text))[0]).containsExactly(expected, within(1e-5f));
      TokenizedText tokens = encoder.tokenizer().encode(text);
      TokenizedText longer = encoder.tokenizer().encode("b b b b");
      float[] recorded =
          encoder.embedRecorded(scope, List.of(List.of(tokens, longer))).get(0).toFloatArray();
      assertThat(Arrays.copyOf(recorded, 4)).containsExactly(expected, within(1e-5f));
    }
  }

  /**
   * Norms of the gradient of the components, weighted 1 to 4, for the word table and for the first
   * rows of the position table: looking up the padding token trains neither of its rows.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
"""
bert        | b a b  | 5 | 6.908796  | 0.804311 0.501298 1.249384 1.619991 6.525701 0 0 0 0
distilbert  | b a b  | 5 | 45.843521 | 0.286822 0.334763 2.248168 45.633057 0.660607 0 0 0 0
roberta     | b a b  | 5 | 2.813206  | 0 0 0 0 0 0 0.608112 1.345165 1.168646
xlm-roberta | b a b  | 5 | 2.813206  | 0 0 0 0 0 0 0.608112 1.345165 1.168646
mpnet       | b zz b | 1 | 26.78665  | 0 0 1.651907 25.494482 2.962882 3.081497 0 0 0
""")
  void gradient_ofALiteralPaddingToken_isThatOfTransformers(
      String type, String text, int padding, double wordNorm, String positionNorms) {
    EncoderOptions options = EncoderOptions.defaults().withWorkers(1).withPrecision(Precision.FP32);
    try (SentenceEncoder encoder = SentenceEncoder.of(model(type, 5), options);
        NDManager scope = encoder.manager().newSubManager()) {
      encoder.parameters().values().forEach(weight -> weight.setRequiresGradient(true));
      TokenizedText tokens = encoder.tokenizer().encode(text);
      assertThat(tokens.inputIds()).contains(padding);
      try (Autograd tape = Autograd.record()) {
        NDArray vector = encoder.embedRecorded(scope, List.of(List.of(tokens))).get(0);
        tape.backward(vector.mul(scope.create(new float[] {1, 2, 3, 4})).sum());
      }
      double[][] words = rows(encoder, "embeddings.word_embeddings.weight");
      double[] all = Arrays.stream(words).flatMapToDouble(Arrays::stream).toArray();
      assertThat(norm(all)).isCloseTo(wordNorm, within(1e-4 * wordNorm));
      assertThat(words[padding]).containsOnly(0);
      double[][] positions = rows(encoder, "embeddings.position_embeddings.weight");
      String[] expected = positionNorms.split(" ");
      for (int row = 0; row < expected.length; row++) {
        double norm = Double.parseDouble(expected[row]);
        assertThat(norm(positions[row])).as("row " + row).isCloseTo(norm, within(1e-4 * norm));
      }
    }
  }

  private static double[][] rows(SentenceEncoder encoder, String name) {
    float[] flat = encoder.parameters().get(name).getGradient().toFloatArray();
    double[][] rows = new double[flat.length / 4][4];
    for (int i = 0; i < flat.length; i++) {
      rows[i / 4][i % 4] = flat[i];
    }
    return rows;
  }

  private static double norm(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
  }
}
