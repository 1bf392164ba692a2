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
import java.util.stream.Stream;

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
    if (file.vocab().isEmpty()) {
      throw new UserException(
          where + " has no vocabulary in 'model.vocab', expected WordPiece, BPE or Unigram");
    }
    return file;
  }

  private JsonNode vocab() {
    return json.node().path("model").path("vocab");
  }

  /** Whether a vocab.txt says it all, as for BERT; BPE has merges too, Unigram scores. */
  boolean isWordPiece() {
    return json.node().path("model").path("type").asText("WordPiece").equals("WordPiece");
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
    for (Map.Entry<String, JsonNode> entry : vocab().properties()) {
      tokens.put(entry.getValue().asInt(), entry.getKey());
    }
    for (int id = 0; vocab().isArray() && id < vocab().size(); id++) {
      tokens.put(id, vocab().get(id).path(0).asText()); // Unigram: [token, score]
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
    put(special, "unk_token", unknown(tokens));
    put(special, "pad_token", Optional.ofNullable(tokens.get(padTokenId)));
    JsonNode processor = json.node().path("post_processor");
    if (processor.has("cls")) { // RobertaProcessing, BertProcessing: [token, id]
      put(special, "cls_token", Optional.of(processor.path("cls").path(0).asText()));
      put(special, "sep_token", Optional.of(processor.path("sep").path(0).asText()));
    } else {
      JsonNode template = processor.path("single");
      put(special, "cls_token", specialAt(template, 0));
      put(special, "sep_token", specialAt(template, template.size() - 1));
    }
    put(
        special,
        "mask_token",
        Stream.of("[MASK]", "<mask>").filter(tokens::containsValue).findFirst());
    return special;
  }

  private Optional<String> unknown(TreeMap<Integer, String> tokens) {
    JsonNode model = json.node().path("model");
    if (model.path("unk_id").isInt()) {
      return Optional.ofNullable(tokens.get(model.path("unk_id").asInt()));
    }
    return Optional.of(model.path("unk_token"))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .or(() -> Optional.of("<unk>").filter(tokens::containsValue));
  }

  private static void put(Map<String, String> special, String key, Optional<String> token) {
    token.filter(text -> !text.isEmpty()).ifPresent(text -> special.put(key, text));
  }

  private static Optional<String> specialAt(JsonNode template, int index) {
    return Optional.of(template.path(index).path("SpecialToken").path("id").asText());
  }

  /** tokenizer_config.json for a model; transformers 4 and 5 then use tokenizer.json as it is. */
  ObjectNode config(Map<String, String> special, ModelFiles model) {
    ObjectNode config = JsonObject.MAPPER.createObjectNode();
    config.put("tokenizer_class", "PreTrainedTokenizerFast");
    config.put("model_max_length", model.maxSeqLength());
    ArrayNode inputs = config.putArray("model_input_names").add("input_ids");
    if (model.config().architecture().tellsTextsApart()) {
      inputs.add("token_type_ids");
    }
    inputs.add("attention_mask");
    special.forEach(config::put);
    return config;
  }
}
