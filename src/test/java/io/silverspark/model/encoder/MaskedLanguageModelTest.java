package io.silverspark.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.silverspark.NarrowModel;
import io.silverspark.model.files.LanguageModelHead;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Test;

class MaskedLanguageModelTest {
  private static final int POSITION = 2;
  private static final int TARGET = 2829;

  /** The head in plain Java and double precision. */
  @Test
  void likelihoods_oneMaskedToken_isTheHeadsSoftmax() {
    ModelFiles files = NarrowModel.files(0);
    Map<String, TensorData> head =
        LanguageModelWeights.fresh(LanguageModelHead.NAMES, files.config(), 5);
    try (SentenceEncoder encoder = SentenceEncoder.of(files, EncoderOptions.defaults());
        MaskedLanguageModel model = MaskedLanguageModel.of(encoder, head);
        NDManager scope = encoder.manager().newSubManager()) {
      TokenizedText other = encoder.tokenizer().encode("short");
      TokenizedText input = encoder.tokenizer().encode("two [MASK] on the wall");
      int[] target = ignored(input);
      target[POSITION] = TARGET;
      PredictionPass pass =
          new PredictionPass(List.of(other, input), List.of(text(ignored(other)), text(target)));
      NDList likelihoods = model.likelihoodsRecorded(scope, List.of(pass));

      float[] hidden =
          encoder
              .transformer()
              .hidden(scope, encoder.transformer().batch(scope, List.of(input)))
              .get(0)
              .get(POSITION)
              .toFloatArray();
      assertThat(likelihoods.singletonOrThrow().toFloatArray()).hasSize(1);
      assertThat((double) likelihoods.singletonOrThrow().getFloat())
          .isCloseTo(expected(hidden, head, files), within(1e-4));
    }
  }

  private static int[] ignored(TokenizedText text) {
    int[] ids = new int[text.length()];
    Arrays.fill(ids, PredictionPass.IGNORED);
    return ids;
  }

  private static TokenizedText text(int[] ids) {
    return new TokenizedText(ids, new int[ids.length]);
  }

  private static double expected(float[] x, Map<String, TensorData> head, ModelFiles files) {
    double[] wide =
        linear(
            head.get("cls.predictions.transform.dense.weight").floats(),
            head.get("cls.predictions.transform.dense.bias").floats(),
            doubles(x));
    double mean = 0;
    for (int i = 0; i < wide.length; i++) {
      wide[i] = wide[i] * 0.5 * (1 + Erf.erf(wide[i] / Math.sqrt(2)));
      mean += wide[i] / wide.length;
    }
    double variance = 0;
    for (double value : wide) {
      variance += (value - mean) * (value - mean) / wide.length;
    }
    for (int i = 0; i < wide.length; i++) {
      wide[i] = (wide[i] - mean) / Math.sqrt(variance + 1e-12);
    }
    double[] logits =
        linear(
            files.weights().get("embeddings.word_embeddings.weight").floats(),
            head.get("cls.predictions.bias").floats(),
            wide);
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - logits[TARGET]);
    }
    return Math.log(sum);
  }

  private static double[] linear(float[] weight, float[] bias, double[] x) {
    double[] y = new double[bias.length];
    for (int row = 0; row < y.length; row++) {
      y[row] = bias[row];
      for (int i = 0; i < x.length; i++) {
        y[row] += weight[row * x.length + i] * x[i];
      }
    }
    return y;
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
