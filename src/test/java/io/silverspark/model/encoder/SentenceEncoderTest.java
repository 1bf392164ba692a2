package io.silverspark.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.NarrowModel;
import io.silverspark.SharedData;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.SentenceModules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentenceEncoderTest {
  private static final String MINI_LM = "builtin:all-MiniLM-L6-v2";
  private static SentenceEncoder encoder;

  @BeforeAll
  static void load() {
    encoder = SentenceEncoder.load(MINI_LM, EncoderOptions.defaults());
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  @Test
  void encode_equalsSentenceTransformers() throws IOException {
    JsonNode reference =
        new ObjectMapper().readTree(SharedData.path("reference/embeddings.json").toFile());
    List<String> texts = new ArrayList<>();
    reference.get("texts").forEach(text -> texts.add(text.asText()));

    float[][] vectors = encoder.encode(texts);

    for (int row = 0; row < vectors.length; row++) {
      assertSame(vectors[row], reference.get("embeddings").get(row), 2e-6);
    }
  }

  @Test
  void encode_withoutNormalizing_poolsAsSentenceTransformers() throws IOException {
    JsonNode reference =
        new ObjectMapper().readTree(SharedData.path("reference/embeddings.json").toFile());
    for (PoolingMode mode : List.of(PoolingMode.MEAN, PoolingMode.CLS, PoolingMode.MAX)) {
      try (SentenceEncoder pooled = SentenceEncoder.of(pooling(mode), EncoderOptions.defaults())) {
        for (JsonNode detail : reference.get("details")) {
          String text = reference.get("texts").get(detail.get("index").asInt()).asText();
          JsonNode expected = detail.get(mode.name().toLowerCase(java.util.Locale.ROOT));
          assertSame(pooled.encode(List.of(text))[0], expected, 1e-5);
        }
      }
    }
  }

  private static ModelFiles pooling(PoolingMode mode) {
    return ModelReference.open(MINI_LM).withModules(SentenceModules.of(mode, false));
  }

  private static void assertSame(float[] vector, JsonNode expected, double tolerance) {
    assertThat(vector).hasSize(expected.size());
    for (int i = 0; i < vector.length; i++) {
      assertThat((double) vector[i]).isCloseTo(expected.get(i).asDouble(), within(tolerance));
    }
  }

  @Test
  void encode_knownSentence_givesTheNumbersOfThePeer() {
    // sentence-transformers 6.0.1: the first components, and the sum of all absolute values
    float[] expected = {
      0.0191957f,
      0.1200854f,
      0.1595983f,
      0.0670659f,
      0.0500748f,
      -0.0259187f,
      0.0564682f,
      -0.0928578f
    };
    float[] vector = encoder.encode(List.of("The weather is lovely today."))[0];
    double sum = 0;
    for (float component : vector) {
      sum += Math.abs(component);
    }
    assertThat(Arrays.copyOf(vector, expected.length))
        .usingComparatorWithPrecision(2e-6f)
        .containsExactly(expected);
    assertThat(sum).isCloseTo(15.76035, within(1e-3));
  }

  @Test
  void encode_inAnotherOrder_givesTheSameVectors() {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      texts.add("sentence " + i + " with more words ".repeat(i % 7));
    }
    float[][] straight = encoder.encode(texts);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(1));
    float[][] shuffled = encoder.encode(order.stream().map(texts::get).toList());
    for (int i = 0; i < texts.size(); i++) {
      assertThat(shuffled[i])
          .usingComparatorWithPrecision(2e-6f)
          .containsExactly(straight[order.get(i)]);
    }
  }

  @Test
  void encode_emptyAndHugeAndBrokenTexts_givesUnitVectors() {
    float[][] vectors = encoder.encode(List.of("", " ", "x ".repeat(50_000), "a\uD800b", "\u0000"));
    for (float[] vector : vectors) {
      double length = 0;
      for (float v : vector) {
        assertThat(v).isFinite();
        length += v * v;
      }
      assertThat(length).isCloseTo(1, within(1e-4));
    }
  }

  @Test
  void encode_nothing_givesNothing() {
    assertThat(encoder.encode(List.of())).isEmpty();
  }

  @Test
  void encode_inBfloat16_staysClose() {
    EncoderOptions bf16 = EncoderOptions.defaults().withPrecision(Precision.BF16);
    List<String> texts = List.of("A man is playing a guitar.", "Interest rates rose again.");
    float[][] exact = encoder.encode(texts);
    try (SentenceEncoder rounded = SentenceEncoder.load(MINI_LM, bf16)) {
      float[][] vectors = rounded.encode(texts);
      for (int i = 0; i < texts.size(); i++) {
        assertThat(vectors[i]).usingComparatorWithPrecision(0.01f).containsExactly(exact[i]);
        assertThat(vectors[i]).isNotEqualTo(exact[i]);
      }
    }
  }

  @Test
  void encode_inEightBitIntegers_keepsTheDirection() {
    EncoderOptions int8 = EncoderOptions.defaults().withPrecision(Precision.INT8);
    List<String> texts =
        List.of(
            "A man is playing a guitar.", "Interest rates rose again.", "", "word ".repeat(400));
    float[][] exact = encoder.encode(texts);
    try (SentenceEncoder quantized = SentenceEncoder.load(MINI_LM, int8)) {
      float[][] vectors = quantized.encode(texts);
      for (int i = 0; i < texts.size(); i++) {
        float cosine = 0;
        for (int j = 0; j < exact[i].length; j++) {
          cosine += vectors[i][j] * exact[i][j];
        }
        assertThat(cosine).as(texts.get(i)).isBetween(0.97f, 0.99999f);
      }
      quantized.parametersChanged();
      assertThat(quantized.encode(texts)).isDeepEqualTo(vectors);
    }
  }

  @Test
  void embedRecorded_inEightBitIntegers_isRefused() {
    EncoderOptions int8 = EncoderOptions.defaults().withPrecision(Precision.INT8).withLayers(1);
    try (SentenceEncoder quantized = SentenceEncoder.load(MINI_LM, int8)) {
      assertThatThrownBy(
              () ->
                  quantized.embedRecorded(
                      quantized.manager(),
                      List.of(quantized.tokenizer().encodeAll(List.of("A text.")))))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("fp32, bf16 or fp16");
    }
  }

  @Test
  void save_thenLoad_givesTheSameVectors(@TempDir Path directory) {
    List<String> texts = List.of("A man is playing a guitar.", "Interest rates rose again.");
    try (SentenceEncoder cut =
        SentenceEncoder.load(MINI_LM, EncoderOptions.defaults().withLayers(2))) {
      cut.save(directory.resolve("model"), "# A model");
      try (SentenceEncoder loaded =
          SentenceEncoder.load(directory.resolve("model").toString(), EncoderOptions.defaults())) {
        assertThat(loaded.encode(texts)).isDeepEqualTo(cut.encode(texts));
      }
    }
  }

  @Test
  void load_withMoreLayersThanThereAre_isRefused() {
    assertThatThrownBy(() -> SentenceEncoder.load(MINI_LM, EncoderOptions.defaults().withLayers(7)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("7")
        .hasMessageContaining("6");
  }

  @Test
  void load_ofACrossEncoder_isRefused() {
    String reference = NarrowModel.crossEncoder();
    assertThatThrownBy(() -> SentenceEncoder.load(reference, EncoderOptions.defaults()))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "model '"
                + reference
                + "' is a cross-encoder: it scores pairs and gives no vectors, expected a sentence"
                + " encoder");
  }

  @Test
  void load_onAnUnknownDevice_isRefused() {
    assertThatThrownBy(
            () -> SentenceEncoder.load(MINI_LM, EncoderOptions.defaults().withDevice("tpu")))
        .isInstanceOf(UserException.class)
        .hasMessage("model.device = 'tpu' is not valid: needs cpu or cuda:N");
  }
}
