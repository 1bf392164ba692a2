package io.silverspark.model.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.model.encoder.Autograd;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.encoder.SparseEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.TinySplade;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.tokenizer.TokenizedText;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values and gradients of a whole model against sentence-transformers. */
class SpladeLossTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode GOLDEN = golden();
  private static final String ONLY_DOCUMENTS =
      "documentRegularizerWeight=0.3, useDocumentRegularizerOnly=true";

  private static JsonNode golden() {
    try (InputStream in =
        SparseEncoder.class.getResourceAsStream("sparse-sentence-transformers-6.0.1.json")) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SparseMultipleNegativesRankingLoss | 3 | |",
        "SparseMarginMSELoss | 3 | 0.5 -1 2 |",
        "SparseDistillKLDivLoss | 3 | 3 1 0.5 2 1 1.5 |",
        "SparseTripletLoss | 3 | |",
        "SparseCosineSimilarityLoss | 2 | 0.9 0.1 0.4 | " + ONLY_DOCUMENTS,
        "SparseCoSENTLoss | 2 | 0.9 0.1 0.4 | documentRegularizerThreshold=15",
        "SparseAnglELoss | 2 | 0.9 0.1 0.4 | query_regularizer_threshold=15"
      })
  void compute_onTheTextsOfABatch_givesValueAndGradientsOfThePeer(
      String inner, int columns, String labels, String more) {
    JsonNode expected = GOLDEN.get("losses").get(inner);
    Map<String, String> parameters = parameters(inner, more);
    ChosenLoss chosen = ChosenLoss.of("SpladeLoss", parameters);
    assertThat(chosen.similarity().map(similarity -> similarity.functionName()).orElse("dot"))
        .isEqualTo(expected.get("similarity").asText());
    try (SentenceEncoder encoder =
            SentenceEncoder.of(TinySplade.files(), EncoderOptions.defaults().withWorkers(1));
        NDManager scope = encoder.manager().newSubManager();
        SentenceLoss loss =
            chosen.create(new LossRecipe.Model(encoder.manager(), 30, encoder.layers(), 1))) {
      encoder.parameters().values().forEach(weight -> weight.setRequiresGradient(true));
      List<List<TokenizedText>> passes = new ArrayList<>();
      for (int column = 0; column < columns; column++) {
        String[] texts = JSON.convertValue(GOLDEN.get("columns").get(column), String[].class);
        passes.add(encoder.tokenize(List.of(texts), Prompt.DEFAULT));
      }
      try (Autograd tape = Autograd.record()) {
        NDList embeddings = encoder.embedRecorded(scope, passes);
        NDArray value = loss.compute(embeddings, labels(scope, labels));
        assertThat((double) value.getFloat())
            .isCloseTo(expected.get("value").asDouble(), within(1e-5));
        tape.backward(value);
      }
      TreeSet<String> checked = new TreeSet<>();
      expected
          .get("gradients")
          .properties()
          .forEach(
              entry -> {
                String name = entry.getKey().replaceFirst("^bert\\.", "");
                checked.add(name);
                check(name, encoder.parameters().get(name).getGradient(), entry.getValue());
              });
      assertThat(checked).isEqualTo(new TreeSet<>(encoder.parameters().keySet()));
    }
  }

  private static Map<String, String> parameters(String inner, String more) {
    Map<String, String> parameters = new java.util.HashMap<>(Map.of("loss", inner));
    if (!ONLY_DOCUMENTS.equals(more)) {
      parameters.putAll(
          Map.of("documentRegularizerWeight", "0.3", "queryRegularizerWeight", "0.2"));
    }
    for (String one : more == null ? new String[0] : more.split(", ")) {
      parameters.put(one.split("=")[0], one.split("=")[1]);
    }
    return parameters;
  }

  private static NDArray labels(NDManager scope, String labels) {
    if (labels == null) {
      return null;
    }
    String[] parts = labels.split(" ");
    float[] values = new float[parts.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.parseFloat(parts[i]);
    }
    NDArray array = scope.create(values);
    return values.length == 3 ? array : array.reshape(3, 2);
  }

  /** The length of a gradient, and its product with cosines. */
  private static void check(String name, NDArray gradient, JsonNode expected) {
    float[] values = gradient.toFloatArray();
    double square = 0;
    double product = 0;
    for (int i = 0; i < values.length; i++) {
      square += (double) values[i] * values[i];
      product += values[i] * Math.cos(i);
    }
    double norm = expected.get(0).asDouble();
    assertThat(Math.sqrt(square)).as(name).isCloseTo(norm, within(1e-4 * norm + 1e-6));
    assertThat(product).as(name).isCloseTo(expected.get(1).asDouble(), within(1e-4 * norm + 1e-6));
  }

  @Test
  void atStep_raisesTheWeightsAsThePeersCallback() {
    assertSchedule("quadratic", Map.of(), 10);
    assertSchedule("linear", Map.of("schedulerType", "linear", "warmup_ratio", "0.5"), 9);
  }

  private static void assertSchedule(String name, Map<String, String> parameters, int steps) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        SentenceLoss loss =
            ChosenLoss.of("SpladeLoss", parameters)
                .create(new LossRecipe.Model(manager, 30, 2, 1))) {
      for (int step = 0; step < steps; step++) {
        assertThat(((SpladeLoss) loss.atStep(step, steps)).schedule().factor())
            .as("%s, step %d", name, step)
            .isCloseTo(GOLDEN.get("schedules").get(name).get(step).asDouble(), within(1e-12));
      }
      assertThat(((SpladeLoss) loss).schedule().factor()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "loss=MultipleNegativesRankingLoss | does not go with 'MultipleNegativesRankingLoss'",
        "warmupRatio=1.5 | warmupRatio is 1.5, expected above 0 to 1",
        "documentRegularizerWeight=-1 | documentRegularizerWeight",
        "flops=2 | SpladeLoss has no parameter 'flops'"
      })
  void read_wrongParameters_areRefused(String parameter, String message) {
    Map<String, String> given = Map.of(parameter.split("=")[0], parameter.split("=")[1]);
    assertThatThrownBy(() -> ChosenLoss.of("SpladeLoss", given).read())
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message);
  }

  @Test
  void read_aQueryWeightBesideDocumentsOnly_isRefused() {
    Map<String, String> given =
        Map.of("useDocumentRegularizerOnly", "true", "queryRegularizerWeight", "1");
    assertThatThrownBy(() -> ChosenLoss.of("SpladeLoss", given).read())
        .isInstanceOf(UserException.class)
        .hasMessageContaining("queryRegularizerWeight has no meaning while");
  }
}
