package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * tokenizer.json, and the older files that transformers reads beside it: vocab.txt,
 * tokenizer_config.json and special_tokens_map.json.
 */
final class TokenizerFile {
  private final JsonObject json;

  private TokenizerFile(JsonObject json) {
    this.json = json;
  }

  static TokenizerFile parse(byte[] content, String where) {
    TokenizerFile file = new TokenizerFile(JsonObject.parse(content, where));
    if (file.json.node().path("model").path("vocab").properties().isEmpty()) {
      throw new UserException(
          where + " has no vocabulary in 'model.vocab', expected a WordPiece tokenizer");
    }
    return file;
  }

  /** Refuses ids that the embedding table does not have. */
  void requireFits(BertConfig config) {
    Map.Entry<Integer, String> last = tokensById().lastEntry();
    if (last.getKey() >= config.vocabSize()) {
      throw new UserException(
          "%s: token '%s' has id %d, expected less than vocab_size %d of config.json"
              .formatted(json.where(), last.getValue(), last.getKey(), config.vocabSize()));
    }
  }

  /**
   * The content with a lowercasing step in front of the normaliser, as sentence-transformers adds
   * it for {@code do_lower_case}; unchanged if there is one.
   */
  byte[] lowerCased(byte[] content) {
    JsonNode normalizer = json.node().path("normalizer");
    if (lowerCases(normalizer)) {
      return content;
    }
    ObjectNode changed = json.node().deepCopy();
    ObjectNode sequence = changed.putObject("normalizer").put("type", "Sequence");
    ArrayNode steps = sequence.putArray("normalizers");
    steps.addObject().put("type", "Lowercase");
    if (normalizer.path("type").asText().equals("Sequence")) {
      steps.addAll((ArrayNode) normalizer.get("normalizers"));
    } else if (normalizer.isObject()) {
      steps.add(normalizer);
    }
    return changed.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The content with one token type for both texts of a pair, for a model whose tokenizer gives
   * none: transformers then takes them all as 0.
   */
  byte[] withoutSegments(byte[] content) {
    if (json.node().at("/post_processor/pair").isMissingNode()) {
      return content;
    }
    ObjectNode changed = json.node().deepCopy();
    for (JsonNode token : changed.at("/post_processor/pair")) {
      token.forEach(fields -> ((ObjectNode) fields).put("type_id", 0));
    }
    return changed.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static boolean lowerCases(JsonNode normalizer) {
    for (JsonNode step : normalizer.path("normalizers")) {
      if (lowerCases(step)) {
        return true;
      }
    }
    return normalizer.path("type").asText().equals("Lowercase")
        || normalizer.path("lowercase").asBoolean(false);
  }

  /** One token a line, in the order of their ids. */
  String vocabulary() {
    return String.join("\n", tokensById().values()) + "\n";
  }

  private TreeMap<Integer, String> tokensById() {
    TreeMap<Integer, String> tokens = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : json.node().path("model").path("vocab").properties()) {
      tokens.put(entry.getValue().asInt(), entry.getKey());
    }
    for (JsonNode added : json.node().path("added_tokens")) {
      tokens.put(added.path("id").asInt(), added.path("content").asText());
    }
    return tokens;
  }

  /** The special tokens by the key that transformers has for them. */
  Map<String, String> specialTokens(int padTokenId) {
    Map<String, String> special = new LinkedHashMap<>();
    TreeMap<Integer, String> tokens = tokensById();
    put(special, "unk_token", Optional.of(json.node().path("model").path("unk_token").asText()));
    put(special, "pad_token", Optional.ofNullable(tokens.get(padTokenId)));
    JsonNode template = json.node().path("post_processor").path("single");
    put(special, "cls_token", specialAt(template, 0));
    put(special, "sep_token", specialAt(template, template.size() - 1));
    put(special, "mask_token", Optional.of("[MASK]").filter(tokens::containsValue));
    return special;
  }

  private static void put(Map<String, String> special, String key, Optional<String> token) {
    token.filter(text -> !text.isEmpty()).ifPresent(text -> special.put(key, text));
  }

  private static Optional<String> specialAt(JsonNode template, int index) {
    return Optional.of(template.path(index).path("SpecialToken").path("id").asText());
  }

  /**
   * tokenizer_config.json for the given limit; transformers 4 and 5 then use tokenizer.json as it
   * is.
   */
  ObjectNode config(Map<String, String> special, int maxSeqLength) {
    ObjectNode config = JsonObject.MAPPER.createObjectNode();
    config.put("tokenizer_class", "PreTrainedTokenizerFast");
    config.put("model_max_length", maxSeqLength);
    config.putPOJO(
        "model_input_names", new String[] {"input_ids", "token_type_ids", "attention_mask"});
    special.forEach(config::put);
    return config;
  }
}
