package io.silverspark.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.SharedData;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.SentenceModule;
import io.silverspark.model.files.SentenceModules;
import io.silverspark.model.files.SentenceSettings;
import io.silverspark.model.files.TinyModel;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.prompt.Prompts;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoding behind prompts against the numbers of sentence-transformers 6.0.1. */
class EncodedPromptsTest {
  private static final EncoderOptions OPTIONS = EncoderOptions.defaults().withWorkers(1);

  @ParameterizedTest
  @ValueSource(strings = {"bert-prompts", "bert-prompts-excluded", "bert-truncated-dot"})
  void encode_ofTheReferenceModels_equalsThePeer(String model) throws IOException {
    String directory = SharedData.path("reference/architectures/" + model).toString();
    JsonNode expected =
        new ObjectMapper()
            .readTree(
                SharedData.path("reference/architectures/" + model + "/expected.json").toFile())
            .get("prompts");
    List<String> texts = texts(expected.get("texts"));
    try (SentenceEncoder encoder = SentenceEncoder.load(directory, OPTIONS)) {
      assertRows(encoder.encode(texts), expected.get("encode"));
      assertRows(encoder.encodeQuery(texts), expected.get("encode_query"));
      assertRows(encoder.encodeDocument(texts), expected.get("encode_document"));
      JsonNode given = expected.get("encode_prompt_given");
      assertRows(
          encoder.encode(texts, Prompt.of(given.get("prompt").asText())), given.get("embeddings"));
    }
  }

  /**
   * Each pooling of {@link TinyModel#random}, with the prompt's tokens and without, recorded by
   * {@code encode(texts, prompt=...)} on the directory that it saves. One prompt is longer than the
   * model's 12 tokens.
   */
  @Test
  void encode_ofATinyModel_equalsThePeer() throws IOException {
    JsonNode recorded;
    try (InputStream in =
        EncodedPromptsTest.class.getResourceAsStream("prompts-sentence-transformers-6.0.1.json")) {
      recorded = new ObjectMapper().readTree(in);
    }
    List<String> texts = texts(recorded.get("texts"));
    for (JsonNode one : recorded.get("cases")) {
      ModelFiles files =
          TinyModel.random(0)
              .withModules(
                  pooling(
                      PoolingMode.valueOf(one.get("pooling").asText()),
                      one.get("include_prompt").asBoolean()));
      try (SentenceEncoder encoder = SentenceEncoder.of(files, OPTIONS)) {
        String prompt = one.get("prompt").asText();
        float[][] vectors = encoder.encode(texts, Prompt.of(prompt));
        assertRows(vectors, one.get("embeddings"));
      }
    }
  }

  @Test
  void encode_choosesThePromptOfTheCall() {
    Map<String, String> prompts = new LinkedHashMap<>();
    prompts.put("query", "a ");
    prompts.put("document", "b ");
    try (SentenceEncoder plain = SentenceEncoder.of(TinyModel.random(0), OPTIONS);
        SentenceEncoder prompted =
            SentenceEncoder.of(
                TinyModel.random(0)
                    .withSettings(
                        SentenceSettings.DEFAULT.withPrompts(
                            new Prompts(prompts, Optional.of("document")))),
                OPTIONS)) {
      List<String> texts = List.of("b b a");
      float[][] query = plain.encode(List.of("a b b a"));
      float[][] document = plain.encode(List.of("b b b a"));
      assertThat(query).isNotEqualTo(document);
      assertThat(prompted.encode(texts)).isEqualTo(document);
      assertThat(prompted.encodeDocument(texts)).isEqualTo(document);
      assertThat(prompted.encodeQuery(texts)).isEqualTo(query);
      assertThat(prompted.encode(texts, Prompt.named("query"))).isEqualTo(query);
      assertThat(prompted.encode(texts, Prompt.of("a "))).isEqualTo(query);
      assertThat(prompted.encode(texts, Prompt.NONE)).isEqualTo(plain.encode(texts));
      assertThat(plain.encodeQuery(texts)).isEqualTo(plain.encode(texts));
      assertThatThrownBy(() -> prompted.encode(texts, Prompt.named("title")))
          .isInstanceOf(UserException.class)
          .hasMessage("the model has no prompt named 'title', expected one of query, document");
    }
  }

  /** Texts of one batch start at different tokens where columns of training have own prompts. */
  @Test
  void embedRecorded_leavesOutThePromptOfEachText() {
    ModelFiles files = TinyModel.random(0).withModules(pooling(PoolingMode.MEAN, false));
    try (SentenceEncoder encoder = SentenceEncoder.of(files, OPTIONS);
        var scope = encoder.manager().newSubManager()) {
      List<String> texts = List.of("b a b");
      var mixed = new ArrayList<>(encoder.tokenize(texts, Prompt.of("a b ")));
      mixed.addAll(encoder.tokenize(texts, Prompt.of("b ")));
      mixed.addAll(encoder.tokenize(texts, Prompt.NONE));
      float[] rows = encoder.embedRecorded(scope, List.of(mixed)).get(0).toFloatArray();
      int row = 0;
      for (Prompt prompt : List.of(Prompt.of("a b "), Prompt.of("b "), Prompt.NONE)) {
        float[] alone = encoder.encode(texts, prompt)[0];
        for (int i = 0; i < alone.length; i++) {
          assertThat(rows[row * alone.length + i]).isCloseTo(alone[i], within(1e-6f));
        }
        row++;
      }
    }
  }

  private static SentenceModules pooling(PoolingMode mode, boolean includePrompt) {
    return new SentenceModules(List.of(new SentenceModule.Pooling(List.of(mode), includePrompt)));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static void assertRows(float[][] vectors, JsonNode expected) {
    assertThat(vectors).hasNumberOfRows(expected.size());
    for (int row = 0; row < vectors.length; row++) {
      for (int i = 0; i < expected.get(row).size(); i++) {
        assertThat((double) vectors[row][i])
            .isCloseTo(expected.get(row).get(i).asDouble(), within(1e-5));
      }
    }
  }
}
