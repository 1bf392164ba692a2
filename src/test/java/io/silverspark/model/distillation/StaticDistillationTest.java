package io.silverspark.model.distillation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.NarrowModel;
import io.silverspark.model.encoder.BatchListener;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.PoolingMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against numbers that {@code static_distillation.py} computed with the same model in Python. */
class StaticDistillationTest {
  private static final EncoderOptions OPTIONS = EncoderOptions.defaults().withWorkers(1);

  private static JsonNode recorded() throws IOException {
    try (InputStream in =
        StaticDistillationTest.class.getResourceAsStream("static-distillation.json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static StaticDistillation recipe(OptionalInt pcaDims) {
    StaticDistillation usual = StaticDistillation.DEFAULT;
    return new StaticDistillation(
        pcaDims,
        usual.sifCoefficient(),
        usual.tokenRemovePattern(),
        usual.vocabulary(),
        PoolingMode.MEAN);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static void assertNumbers(float[] found, int from, JsonNode expected, String what) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found[from + i])
          .as("number %d of %s", i, what)
          .isCloseTo((float) expected.get(i).asDouble(), within(2e-5f));
    }
  }

  @Test
  void distil_encoderAndWords_hasTheNumbersOfPythonAlsoWhenSaved(@TempDir Path directory)
      throws IOException {
    JsonNode recorded = recorded();
    int dims = recorded.get("dims").asInt();

    StaticDistillation.Distilled distilled =
        recipe(OptionalInt.of(dims))
            .withVocabulary(texts(recorded.get("words")))
            .distil(NarrowModel.directory(), OPTIONS, BatchListener.NONE);

    assertThat(distilled.tokens()).isEqualTo(recorded.get("tokens").asInt());
    assertThat(distilled.words()).as("without the known word").isEqualTo(2);
    assertThat(distilled.explainedVariance().getAsDouble())
        .isCloseTo(recorded.get("explainedVariance").asDouble(), within(1e-5));
    float[] table = distilled.files().weights().get("embedding.weight").floats();
    recorded
        .get("rows")
        .properties()
        .forEach(
            row ->
                assertNumbers(
                    table,
                    Integer.parseInt(row.getKey()) * dims,
                    row.getValue(),
                    "row " + row.getKey()));
    ModelDirectory.write(distilled.files(), directory.resolve("static"), "# Static");
    try (SentenceEncoder loaded =
        SentenceEncoder.load(directory.resolve("static").toString(), OPTIONS)) {
      List<String> texts = texts(recorded.get("texts"));
      float[][] vectors = loaded.encode(texts);
      for (int i = 0; i < vectors.length; i++) {
        assertNumbers(vectors[i], 0, recorded.get("vectors").get(i), texts.get(i));
      }
    }
  }

  @Test
  void distil_withoutPcaAndWeights_keepsTheEncodersVectorOfEachToken() {
    StaticDistillation plain =
        new StaticDistillation(
            OptionalInt.empty(),
            OptionalDouble.empty(),
            Optional.empty(),
            List.of(),
            PoolingMode.CLS);

    StaticDistillation.Distilled distilled =
        plain.distil(NarrowModel.directory(), OPTIONS, BatchListener.NONE);

    assertThat(distilled.explainedVariance()).isEmpty();
    assertThat(distilled.files().dimension()).isEqualTo(NarrowModel.WIDTH);
  }

  @Test
  void distil_whatCannotBe_isRefusedWithTheReason() {
    assertThatThrownBy(
            () ->
                StaticDistillation.DEFAULT.distil(
                    NarrowModel.crossEncoder(), OPTIONS, BatchListener.NONE))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is a cross-encoder, expected a sentence encoder");
    assertThatThrownBy(
            () ->
                StaticDistillation.DEFAULT
                    .withVocabulary(List.of(" "))
                    .distil(NarrowModel.directory(), OPTIONS, BatchListener.NONE))
        .isInstanceOf(UserException.class)
        .hasMessage("' ' of the vocabulary has no token, expected a word");
    assertThatThrownBy(() -> recipe(OptionalInt.of(0)))
        .isInstanceOf(UserException.class)
        .hasMessage("pcaDims is 0, expected at least 1");
  }
}
