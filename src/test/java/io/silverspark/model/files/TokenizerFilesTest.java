package io.silverspark.model.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.error.UserException;
import io.silverspark.model.tokenizer.TextTokenizer;
import io.silverspark.model.tokenizer.TokenizedText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings of a tokenizer's files. Ids and segments are those of transformers 5.18. */
class TokenizerFilesTest {
  @TempDir private Path folder;
  private Path directory;

  @BeforeEach
  void write() {
    directory = folder.resolve("model");
    ModelDirectory.write(TinyModel.encoder(PoolingMode.MEAN, false), directory, "");
  }

  private void edit(String name, Consumer<ObjectNode> change) throws IOException {
    Path file = directory.resolve(name);
    ObjectNode json =
        Files.exists(file)
            ? (ObjectNode) JsonObject.MAPPER.readTree(file.toFile())
            : JsonObject.MAPPER.createObjectNode();
    change.accept(json);
    Files.writeString(file, json.toString());
  }

  private JsonNode saved(String name) throws IOException {
    Path again = folder.resolve("again");
    ModelDirectory.write(ModelDirectory.read(directory), again, "");
    return JsonObject.MAPPER.readTree(again.resolve(name).toFile());
  }

  private List<Integer> ids(String text, int limit) {
    ModelFiles files = ModelDirectory.read(directory);
    try (TextTokenizer tokenizer = TextTokenizer.of(files.tokenizer(), limit)) {
      return java.util.Arrays.stream(tokenizer.encode(text).inputIds()).boxed().toList();
    }
  }

  @Test
  void truncation_left_keepsTheLastTokensOfTextsAndPairs() throws IOException {
    edit("tokenizer_config.json", json -> json.put("truncation_side", "left"));
    assertThat(ids("a b a a b b a b", 6)).containsExactly(2, 6, 6, 5, 6, 3);
    assertThat(ids("a b", 6)).containsExactly(2, 5, 6, 3);
    ModelFiles files = ModelDirectory.read(directory);
    try (TextTokenizer tokenizer = TextTokenizer.of(files.tokenizer(), 9)) {
      List<TokenizedText> pairs =
          tokenizer.encodePairs(
              List.of(
                  new TextPair("a a a b b b a b", "b"),
                  new TextPair("b", "a a a b b b a b"),
                  new TextPair("a a a b b b a b", "b b b b a a a"),
                  new TextPair("a a a b b b", "b b b b a a b b b")));
      assertThat(pairs.get(0).inputIds()).containsExactly(2, 6, 6, 6, 5, 6, 3, 6, 3);
      assertThat(pairs.get(1).inputIds()).containsExactly(2, 6, 3, 6, 6, 6, 5, 6, 3);
      assertThat(pairs.get(2).inputIds()).containsExactly(2, 6, 5, 6, 3, 5, 5, 5, 3);
      assertThat(pairs.get(3).inputIds()).containsExactly(2, 6, 6, 6, 3, 6, 6, 6, 3);
      assertThat(pairs.get(3).tokenTypeIds()).containsExactly(0, 0, 0, 0, 0, 1, 1, 1, 1);
    }
  }

  @Test
  void truncation_leftInTokenizerJson_countsUnlessTheConfigSaysRight() throws IOException {
    edit(
        "tokenizer.json",
        json ->
            json.putObject("truncation")
                .put("direction", "Left")
                .put("max_length", 5)
                .put("strategy", "OnlyFirst")
                .put("stride", 1));
    assertThat(ids("a b a a b b a b", 6)).containsExactly(2, 6, 6, 5, 6, 3);
    edit("tokenizer_config.json", json -> json.put("truncation_side", "right"));
    assertThat(ids("a b a a b b a b", 6)).containsExactly(2, 5, 6, 5, 5, 3);
  }

  @Test
  void save_tokenizerJson_isWrittenAsTheModelUsesIt() throws IOException {
    edit(
        "tokenizer.json",
        json -> {
          json.putObject("truncation")
              .put("direction", "Left")
              .put("max_length", 128)
              .put("strategy", "LongestFirst")
              .put("stride", 0);
          ObjectNode padding = json.putObject("padding");
          padding.putObject("strategy").put("Fixed", 128);
          padding.put("direction", "Left").putNull("pad_to_multiple_of");
          padding.put("pad_id", 4).put("pad_type_id", 0).put("pad_token", "[MASK]");
        });
    edit("tokenizer_config.json", json -> json.remove("pad_token"));
    edit("special_tokens_map.json", json -> json.remove("pad_token"));
    JsonNode tokenizer = saved("tokenizer.json");
    assertThat(tokenizer.get("truncation").toString())
        .isEqualTo(
            "{\"direction\":\"Left\",\"max_length\":12,\"strategy\":\"LongestFirst\",\"stride\":0}");
    assertThat(tokenizer.get("padding").toString())
        .isEqualTo(
            "{\"strategy\":\"BatchLongest\",\"direction\":\"Left\",\"pad_to_multiple_of\":null,"
                + "\"pad_id\":4,\"pad_type_id\":0,\"pad_token\":\"[MASK]\"}");
    JsonNode config = saved("tokenizer_config.json");
    assertThat(config.get("truncation_side").asText()).isEqualTo("left");
    assertThat(config.get("pad_token").asText()).isEqualTo("[MASK]");
    assertThat(config.get("model_max_length").asInt()).isEqualTo(12);
  }

  @Test
  void save_ofTheBuiltinModel_hasNoFixedLength() throws IOException {
    Path builtin = folder.resolve("builtin");
    ModelDirectory.write(
        ModelReference.open("builtin:all-MiniLM-L6-v2").keepLayers(1), builtin, "");
    JsonNode tokenizer = JsonObject.MAPPER.readTree(builtin.resolve("tokenizer.json").toFile());
    assertThat(tokenizer.at("/truncation/max_length").asInt()).isEqualTo(256);
    assertThat(tokenizer.at("/truncation/direction").asText()).isEqualTo("Right");
    assertThat(tokenizer.at("/padding/strategy").asText()).isEqualTo("BatchLongest");
  }

  @Test
  void save_padTokenOfTheTokenizer_goesBeforeTheIdOfTheConfig() throws IOException {
    edit("config.json", json -> json.put("pad_token_id", 5));
    assertThat(saved("tokenizer_config.json").get("pad_token").asText()).isEqualTo("[PAD]");
    assertThat(saved("special_tokens_map.json").get("pad_token").asText()).isEqualTo("[PAD]");
    assertThat(saved("tokenizer.json").at("/padding/pad_id").asInt()).isZero();
    assertThat(saved("config.json").get("pad_token_id").asInt()).isEqualTo(5);
  }

  @Test
  void save_otherKeys_areKept() throws IOException {
    edit(
        "tokenizer_config.json",
        json -> {
          json.put("clean_up_tokenization_spaces", true).put("custom", "kept");
          json.put("padding_side", "left").put("chat_template", "{{ messages }}");
          json.putObject("mask_token").put("content", "[MASK]").put("lstrip", true);
          json.putObject("added_tokens_decoder").putObject("4").put("content", "[MASK]");
        });
    Files.writeString(directory.resolve("chat_template.jinja"), "{{ messages }}\n");
    edit("config.json", json -> json.put("num_labels", 4).put("type_of_news", "odd"));
    JsonNode config = saved("tokenizer_config.json");
    assertThat(config.get("clean_up_tokenization_spaces").asBoolean()).isTrue();
    assertThat(config.get("custom").asText()).isEqualTo("kept");
    assertThat(config.get("padding_side").asText()).isEqualTo("left");
    assertThat(config.get("chat_template").asText()).isEqualTo("{{ messages }}");
    assertThat(config.at("/mask_token/lstrip").asBoolean()).isTrue();
    assertThat(config.at("/added_tokens_decoder/4/content").asText()).isEqualTo("[MASK]");
    assertThat(folder.resolve("again/chat_template.jinja")).hasContent("{{ messages }}");
    JsonNode model = saved("config.json");
    assertThat(model.get("num_labels").asInt()).isEqualTo(4);
    assertThat(model.get("type_of_news").asText()).isEqualTo("odd");
  }

  @Test
  void read_classOfBert_setsLowerCaseByTheConfig() throws IOException {
    assertThat(ids("A b", 9)).as("tokenizer.json as it is").containsExactly(2, 1, 6, 3);
    edit("tokenizer_config.json", json -> json.put("tokenizer_class", "BertTokenizerFast"));
    assertThat(ids("A b", 9)).as("lower case is the default").containsExactly(2, 5, 6, 3);
    edit("tokenizer_config.json", json -> json.put("do_lower_case", false));
    assertThat(ids("A b", 9)).containsExactly(2, 1, 6, 3);
    edit("tokenizer_config.json", json -> json.put("sep_token", "[MASK]"));
    assertThat(ids("a", 9)).as("ends by the config").containsExactly(2, 5, 4);
    edit("tokenizer_config.json", json -> json.put("sep_token", "<end>"));
    assertThatThrownBy(() -> ids("a", 9))
        .isInstanceOf(UserException.class)
        .hasMessage(
            directory.resolve("tokenizer_config.json")
                + ": 'sep_token' is \"<end>\", expected a token that tokenizer.json has");
  }

  /** transformers 5 takes nothing but the vocabulary of such a tokenizer.json. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
"""
/normalizer                      | {"type": "Replace", "pattern": {"String": "a"}, "content": "b"}
/normalizer                      | null
/pre_tokenizer                   | {"type": "WhitespaceSplit"}
/post_processor                  | null
/model/max_input_chars_per_word  | 1
/model/unk_token                 | "[MASK]"
""")
  void read_classOfBert_takesOnlyTheVocabularyOfTokenizerJson(String key, String value)
      throws IOException {
    int name = key.lastIndexOf('/');
    JsonNode parsed = JsonObject.MAPPER.readTree(value);
    edit(
        "tokenizer.json",
        json -> {
          ObjectNode parent = (ObjectNode) json.at(key.substring(0, name));
          parent.set(key.substring(name + 1), parsed);
        });
    List<Integer> asItIs = ids("A ab,a", 9);
    edit("tokenizer_config.json", json -> json.put("tokenizer_class", "BertTokenizer"));
    assertThat(ids("A ab,a", 9)).isNotEqualTo(asItIs).containsExactly(2, 5, 1, 1, 5, 3);
  }

  @Test
  void read_specialTokensOfTheConfig_areFoundWholeInTexts() throws IOException {
    edit("tokenizer.json", json -> json.putArray("added_tokens"));
    edit("tokenizer_config.json", json -> json.put("sep_token", "[SEP]"));
    assertThat(ids("a [SEP] b", 9)).containsExactly(2, 5, 3, 6, 3);
  }

  /**
   * Ids of "a [UNK] b[MASK] [PAD]" and "z [CLS] b" in transformers 5.18; a special token that the
   * tokenizer spells becomes {@code [UNK]} at each of its words.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
"""
BertTokenizer           |              |       | 2 5 1 6 4 0 3           | 2 1 2 6 3
PreTrainedTokenizerFast |              |       | 2 5 1 1 1 6 1 1 1 1 1 1 3 | 2 1 1 1 1 6 3
PreTrainedTokenizerFast |              | [PAD] | 2 5 1 1 1 6 1 1 1 0 3   | 2 1 1 1 1 6 3
PreTrainedTokenizerFast | [MASK] [CLS] |       | 2 5 1 1 1 6 4 1 1 1 3   | 2 1 2 6 3
PreTrainedTokenizerFast | [UNK]        | [PAD] | 2 5 1 6 1 1 1 0 3       | 2 1 1 1 1 6 3
""")
  void save_literalSpecialTokens_areSplitAsBefore(
      String tokenizerClass, String added, String pad, String first, String second)
      throws IOException {
    edit(
        "tokenizer.json",
        json -> {
          ArrayNode tokens = json.putArray("added_tokens");
          for (String token : added == null ? new String[0] : added.split(" ")) {
            int id = json.at("/model/vocab").get(token).asInt();
            ObjectNode entry = tokens.addObject().put("id", id).put("content", token);
            entry.put("special", true).put("normalized", false).put("single_word", false);
            entry.put("lstrip", false).put("rstrip", false);
          }
          json.putNull("padding");
          if (pad != null) {
            ObjectNode padding = json.putObject("padding").put("strategy", "BatchLongest");
            padding.put("direction", "Right").putNull("pad_to_multiple_of");
            padding.put("pad_id", 0).put("pad_type_id", 0).put("pad_token", pad);
          }
        });
    edit(
        "tokenizer_config.json",
        json ->
            json.removeAll().put("tokenizer_class", tokenizerClass).put("do_lower_case", false));
    edit("special_tokens_map.json", ObjectNode::removeAll);
    List<List<Integer>> expected = List.of(numbers(first), numbers(second));
    List<String> texts = List.of("a [UNK] b[MASK] [PAD]", "z [CLS] b");
    for (int save = 0; save < 3; save++) {
      assertThat(texts.stream().map(text -> ids(text, 16)).toList())
          .as("saved %d times", save)
          .isEqualTo(expected);
      Path again = folder.resolve("saved" + save);
      ModelDirectory.write(ModelDirectory.read(directory), again, "");
      directory = again;
    }
  }

  private static List<Integer> numbers(String ids) {
    return Stream.of(ids.split(" ")).map(Integer::valueOf).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
"""
tokenizer_config.json | split_special_tokens | true | 'split_special_tokens' is true, expected false, the only one supported
tokenizer_config.json | truncation_side | "middle" | 'truncation_side' is "middle", expected left or right
tokenizer_config.json | padding_side | "both" | 'padding_side' is "both", expected left or right
config.json | quantization_config | {"bits": 4} | 'quantization_config' is {"bits":4}, expected null, the only one supported
config.json | pruned_heads | {"0": [1]} | 'pruned_heads' is {"0":[1]}, expected {}, the only one supported
config.json | is_encoder_decoder | true | 'is_encoder_decoder' is true, expected false, the only one supported
config.json | position_embedding_type | "relative_key" | 'position_embedding_type' is "relative_key", expected 'absolute', the only one supported
config.json | position_embedding_type | "alibi" | 'position_embedding_type' is "alibi", expected 'absolute': no BERT of transformers computes ALiBi, it needs Python code of the model's own (trust_remote_code), which is not run here
""")
  void read_whatIsNotDone_isRefusedByName(String file, String key, String value, String message)
      throws IOException {
    JsonNode parsed = JsonObject.MAPPER.readTree(value);
    edit(file, json -> json.set(key, parsed));
    assertThatThrownBy(() -> ModelDirectory.read(directory))
        .isInstanceOf(UserException.class)
        .hasMessage(directory.resolve(file) + ": " + message);
  }

  @Test
  void read_numLabelsThatFitsTheWeights_countsBesideALongerIdToLabel() throws IOException {
    ModelDirectory.write(TinyModel.crossEncoder(1), directory, "");
    edit(
        "config.json",
        json -> {
          json.put("num_labels", 1);
          json.putObject("id2label").put("0", "LABEL_0").put("1", "LABEL_1");
          json.remove("label2id");
        });
    assertThat(ModelDirectory.read(directory).config().numLabels()).isEqualTo(1);
    JsonNode config = saved("config.json");
    assertThat(config.get("id2label").toString()).isEqualTo("{\"0\":\"LABEL_0\"}");
    assertThat(config.has("num_labels")).isFalse();
  }
}
