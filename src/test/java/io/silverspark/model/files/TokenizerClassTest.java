package io.silverspark.model.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What transformers 5.18 makes of a tokenizer.json whose class it knows. */
class TokenizerClassTest {
  private static final String UNIGRAM =
      """
      {"normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"},
         {"type": "Precompiled", "precompiled_charsmap": "AAAA"}]},
       "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null,
       "model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0], ["<s>", 0], ["</s>", 0],
         ["[CLS]", 0], ["[SEP]", 0], ["a", -1]]}}
      """;
  private static final String BYTES =
      """
      {"normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null,
       "model": {"type": "BPE", "vocab": {"a": 0, "<|endoftext|>": 1}, "merges": []}}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      emptyValue = "",
      value = {
        "DEBERTA_V2; {}; Replace NFC Strip; Metaspace=always; [CLS] A [SEP]",
        "DEBERTA_V2; {'do_lower_case': true}; Lowercase Replace NFC Strip; Metaspace=always; [CLS]"
            + " A [SEP]",
        "DEBERTA_V2; {'split_by_punct': true}; Replace NFC Strip; Punctuation Metaspace=always;"
            + " [CLS] A [SEP]",
        "DEBERTA_V2; {'add_prefix_space': false}; Replace NFC Strip; Metaspace=first; [CLS] A"
            + " [SEP]",
        "ALBERT; {}; Replace Replace NFKD StripAccents Lowercase Precompiled; WhitespaceSplit"
            + " Metaspace=always; [CLS] A [SEP]",
        "ALBERT; {'keep_accents': true, 'do_lower_case': false}; Replace Replace Precompiled;"
            + " WhitespaceSplit Metaspace=always; [CLS] A [SEP]",
        "CAMEMBERT; {}; Precompiled; WhitespaceSplit Metaspace=always; <s> A </s>",
        "CAMEMBERT; {'add_prefix_space': false}; Precompiled; WhitespaceSplit Metaspace=never; <s>"
            + " A </s>",
        "T5; {'add_prefix_space': false}; Precompiled; WhitespaceSplit Metaspace=always; A </s>",
        "GENERIC; {'add_prefix_space': false}; NFKC Precompiled; Whitespace; ~~",
      })
  void apply_piecesOfSentencePiece_setsTheStepsByTheSettings(
      TokenizerClass kind, String settings, String normalizer, String cuts, String ends)
      throws IOException {
    ObjectNode tokenizer = applied(kind, UNIGRAM, settings);
    assertThat(steps(tokenizer.get("normalizer"), "normalizers")).isEqualTo(normalizer);
    assertThat(steps(tokenizer.get("pre_tokenizer"), "pretokenizers")).isEqualTo(cuts);
    List<String> around = new ArrayList<>();
    for (JsonNode piece : tokenizer.path("post_processor").path("single")) {
      around.add(piece.elements().next().get("id").asText());
    }
    assertThat(String.join(" ", around)).isEqualTo(ends);
  }

  @ParameterizedTest
  @CsvSource({"false, false", "true, true"})
  void apply_bytesOfQwen_setTheSpaceInFront(boolean told, boolean space) throws IOException {
    ObjectNode tokenizer =
        applied(TokenizerClass.QWEN2, BYTES, "{'add_prefix_space': %s}".formatted(told));
    assertThat(steps(tokenizer.get("normalizer"), "normalizers")).isEqualTo("NFC");
    assertThat(steps(tokenizer.get("pre_tokenizer"), "pretokenizers")).isEqualTo("Split ByteLevel");
    assertThat(tokenizer.at("/pre_tokenizer/pretokenizers/1/add_prefix_space").asBoolean())
        .isEqualTo(space);
    assertThat(tokenizer.get("post_processor").isNull()).isTrue();
  }

  @Test
  void apply_bytesOfGemma_markSpaces() throws IOException {
    ObjectNode tokenizer = applied(TokenizerClass.GEMMA, BYTES, "{}");
    assertThat(tokenizer.at("/normalizer/content").asText()).isEqualTo("\u2581");
    assertThat(tokenizer.at("/pre_tokenizer/behavior").asText()).isEqualTo("MergedWithPrevious");
  }

  @ParameterizedTest
  @CsvSource({
    "qwen2, PreTrainedTokenizerFast, QWEN2",
    "qwen3, PreTrainedTokenizerFast, GENERIC",
    "qwen3, Qwen2TokenizerFast, QWEN2",
    "albert, , ALBERT",
    "t5, , T5",
    "modernbert, , GENERIC"
  })
  void of_namedClass_countsButForQwen2(String modelType, String named, TokenizerClass expected) {
    Map<String, Object> keys = Map.of("num_key_value_heads", 1);
    EncoderConfig config =
        new EncoderConfig(4, 1, 2, 8, 7, 16, 1, 1e-6, 0, 0, 0, 2, modelType, keys);
    ObjectNode settings = JsonObject.MAPPER.createObjectNode();
    if (named != null) {
      settings.put("tokenizer_class", named);
    }
    JsonObject told = new JsonObject(settings, "tokenizer_config.json");
    assertThat(TokenizerClass.of(told, config)).isEqualTo(expected);
  }

  private static ObjectNode applied(TokenizerClass kind, String json, String settings)
      throws IOException {
    ObjectNode tokenizer = (ObjectNode) JsonObject.MAPPER.readTree(json);
    ObjectNode told = (ObjectNode) JsonObject.MAPPER.readTree(settings.replace('\'', '"'));
    kind.apply(tokenizer, new JsonObject(told, "tokenizer_config.json"));
    return tokenizer;
  }

  /** Types of the steps; of the mark of a space also when it is put in front. */
  private static String steps(JsonNode sequence, String list) {
    List<String> types = new ArrayList<>();
    Iterable<JsonNode> steps = sequence.has(list) ? sequence.get(list) : List.of(sequence);
    for (JsonNode step : steps) {
      String prepend = step.path("prepend_scheme").asText();
      types.add(step.get("type").asText() + (prepend.isEmpty() ? "" : "=" + prepend));
    }
    return String.join(" ", types);
  }
}
