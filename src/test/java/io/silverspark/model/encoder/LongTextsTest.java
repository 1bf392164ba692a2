package io.silverspark.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.NarrowModel;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.SentenceModules;
import io.silverspark.model.prompt.Prompt;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against numbers that {@code long_texts.py} computed with the same models in Python. */
class LongTextsTest {
  private static final EncoderOptions OPTIONS = EncoderOptions.defaults().withWorkers(1);

  private static JsonNode recorded() throws IOException {
    try (InputStream in = LongTextsTest.class.getResourceAsStream("long-texts.json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static SentenceEncoder encoder(ModelFiles files, int window) {
    EncoderOptions options = OPTIONS.withMaxSequenceLength(window);
    return SentenceEncoder.of(options.applyTo(files), options);
  }

  @ParameterizedTest
  @CsvSource({"plain, mean", "plain, late", "dense, mean", "dense, late"})
  void encode_longTexts_hasTheNumbersOfPython(String model, String pooling) throws IOException {
    JsonNode recorded = recorded();
    LongTexts rule =
        new LongTexts(
            pooling.equals("mean") ? LongTexts.Pooling.MEAN : LongTexts.Pooling.LATE,
            recorded.get("overlap").asInt());
    ModelFiles files = model.equals("plain") ? NarrowModel.files(0) : NarrowModel.withDense(0);
    try (SentenceEncoder encoder = encoder(files, recorded.get("window").asInt())) {
      for (int prompt = 0; prompt < 2; prompt++) {
        float[][] found =
            encoder.encode(
                texts(recorded.get("texts")),
                Prompt.of(recorded.get("prompts").get(prompt).asText()),
                rule,
                BatchListener.NONE);
        JsonNode expected = recorded.at("/models/" + model + "/" + pooling).get(prompt);
        for (int text = 0; text < found.length; text++) {
          assertThat(found[text]).hasSize(expected.get(text).size());
          for (int i = 0; i < found[text].length; i++) {
            assertThat(found[text][i])
                .as("text %d behind prompt %d", text, prompt)
                .isCloseTo((float) expected.get(text).get(i).asDouble(), within(1e-5f));
          }
        }
      }
    }
  }

  @Test
  void encode_textsThatFit_areAsWithoutWindows() {
    List<String> texts = List.of("A short text.", "", "Another one of a few words");
    try (SentenceEncoder encoder = encoder(NarrowModel.files(0), 32)) {
      float[][] plain = encoder.encode(texts);
      for (LongTexts.Pooling pooling : LongTexts.Pooling.values()) {
        LongTexts rule = new LongTexts(pooling, 0);
        float[][] found = encoder.encode(texts, Prompt.DEFAULT, rule, BatchListener.NONE);
        for (int text = 0; text < plain.length; text++) {
          assertThat(found[text]).containsExactly(plain[text], within(1e-6f));
        }
      }
    }
  }

  @Test
  void whatCannotBePooled_isRefused() {
    ModelFiles cls = NarrowModel.files(0).withModules(SentenceModules.of(PoolingMode.CLS, true));
    try (SentenceEncoder encoder = encoder(cls, 12)) {
      assertThatThrownBy(
              () ->
                  encoder.encode(
                      List.of("a"),
                      Prompt.NONE,
                      new LongTexts(LongTexts.Pooling.LATE, 0),
                      BatchListener.NONE))
          .isInstanceOf(UserException.class)
          .hasMessage(
              "late pooling of long texts needs a model that pools by the mean, found [cls]; take"
                  + " mean");
      assertThatThrownBy(
              () ->
                  encoder.encode(
                      List.of("a"),
                      Prompt.of("a prompt"),
                      new LongTexts(LongTexts.Pooling.MEAN, 9),
                      BatchListener.NONE))
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith("windows of 12 tokens leave no room beside 2 special ones,");
    }
    assertThatThrownBy(() -> new LongTexts(LongTexts.Pooling.CUT, 1))
        .hasMessage("an overlap of 1 tokens does not go with 'cut'");
  }
}
