package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.silverspark.PromptedModel;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A cross-encoder behind prompts against {@code CrossEncoder(directory).predict(pairs)} of
 * sentence-transformers 6.0.1, on the small BERT of {@link ArchitectureParityTest} with one output:
 * logits of its four pairs.
 */
class CrossEncoderPromptsTest {
  private static final EncoderOptions OPTIONS = EncoderOptions.defaults().withWorkers(1);
  private static final String ONE_MODULE =
      "[{\"idx\": 0, \"name\": \"0\", \"path\": \"\", \"type\":"
          + " \"sentence_transformers.base.modules.transformer.Transformer\"}]";

  @TempDir private Path folder;
  private Path directory;
  private List<TextPair> pairs;

  @BeforeEach
  void write() throws IOException {
    JsonNode recorded = ArchitectureParityTest.recorded("bert");
    directory = ArchitectureParityTest.directory(folder, recorded, recorded.get("classifier"));
    Files.delete(directory.resolve("sentence_bert_config.json")); // it is of a sentence encoder
    Files.writeString(
        directory.resolve("tokenizer_config.json"),
        "{\"model_max_length\": %d}".formatted(recorded.get("max_seq_length").asInt()));
    pairs = new ArrayList<>();
    recorded
        .get("pairs")
        .forEach(pair -> pairs.add(new TextPair(pair.get(0).asText(), pair.get(1).asText())));
  }

  private void configure(boolean modules, String json) throws IOException {
    if (modules) {
      Files.writeString(directory.resolve("modules.json"), ONE_MODULE);
    }
    Files.writeString(directory.resolve("config_sentence_transformers.json"), json);
  }

  private double[] logits(Path of) {
    try (CrossEncoder encoder = CrossEncoder.load(of.toString(), OPTIONS)) {
      return Arrays.stream(encoder.logits(pairs)).mapToDouble(row -> row[0]).toArray();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          true  | "model_type": "CrossEncoder", "prompts": {}, "default_prompt_name": null | -0.254069716 | -0.154895842 | -0.198858559 | -0.233876631
          true  | "model_type": "CrossEncoder", "prompts": {"query": "the cat ", "web": "a boat in "}, "default_prompt_name": "query" | -0.272698909 | -0.138313353 | -0.155030727 | -0.271168232
          true  | "model_type": "CrossEncoder", "prompts": {"query": "the cat ", "web": "a boat in "}, "default_prompt_name": "web" | -0.262908399 | -0.138457596 | -0.128178686 | -0.228631735
          true  | "model_type": "CrossEncoder", "prompts": {"query": "the cat "}, "default_prompt_name": null | -0.254069716 | -0.154895842 | -0.198858559 | -0.233876631
          true  | "prompts": {"web": "a boat in "}, "default_prompt_name": "web" | -0.254069716 | -0.154895842 | -0.198858559 | -0.233876631
          false | "model_type": "CrossEncoder", "prompts": {"web": "a boat in "}, "default_prompt_name": "web" | -0.254069716 | -0.154895842 | -0.198858559 | -0.233876631
          """)
  void logits_behindTheDefaultPrompt_areThoseOfThePeer(
      boolean modules, String keys, double first, double second, double third, double fourth)
      throws IOException {
    configure(modules, "{" + keys + "}");
    double[] expected = {first, second, third, fourth};
    assertThat(logits(directory)).containsExactly(expected, within(3e-6));
    try (CrossEncoder encoder = CrossEncoder.load(directory.toString(), OPTIONS)) {
      encoder.save(folder.resolve("again"), "# Card");
    }
    assertThat(logits(folder.resolve("again"))).containsExactly(expected, within(3e-6));
  }

  /** A prompt that fills the 86 tokens leaves little of the pair; the peer cuts the same. */
  @Test
  void logits_behindALongPrompt_areThoseOfThePeer() throws IOException {
    configure(
        true,
        "{\"model_type\": \"CrossEncoder\", \"prompts\": {\"query\": \"%s\"},"
                .formatted("the cat ".repeat(30))
            + " \"default_prompt_name\": \"query\"}");
    assertThat(logits(directory))
        .containsExactly(
            new double[] {-0.188633606, -0.170860454, -0.171520501, -0.1865004}, within(3e-6));
  }

  @Test
  void load_defaultPromptThatIsNotThere_isRefused() throws IOException {
    configure(
        true,
        "{\"model_type\": \"CrossEncoder\", \"prompts\": {\"query\": \"the cat \"},"
            + " \"default_prompt_name\": \"document\"}");
    assertThatThrownBy(() -> CrossEncoder.load(directory.toString(), OPTIONS))
        .isInstanceOf(UserException.class)
        .hasMessageEndingWith(
            "config_sentence_transformers.json: default_prompt_name is 'document', expected one of"
                + " the cross-encoder's prompts: query");
  }

  /** The peer makes cross-encoders of sentence encoders without their prompts. */
  @Test
  void fromEncoder_ofAModelWithPrompts_readsPairsAsTheyAre() {
    String model = PromptedModel.save(folder.resolve("prompted")).toString();
    try (CrossEncoder fresh = CrossEncoder.fromEncoder(model, 1, 3, OPTIONS)) {
      fresh.save(folder.resolve("fresh"), "# Card");
      assertThat(fresh.logits(List.of(new TextPair("b", "a"))))
          .isNotEqualTo(fresh.logits(List.of(new TextPair(PromptedModel.TITLE + "b", "a"))));
      assertThat(folder.resolve("fresh/config_sentence_transformers.json"))
          .content()
          .doesNotContain("title");
    }
  }
}
