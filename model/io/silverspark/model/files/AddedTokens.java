package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tokens that tokenizer.json does not list among its {@code added_tokens}, and that transformers
 * adds, so that they are found whole in a text: those of tokenizer_config.json, those that the
 * tokenizer's class has of itself, and the one for padding.
 */
final class AddedTokens {
  private AddedTokens() {}

  /**
   * Adds them to a tokenizer.json. A token that is in no vocabulary takes the next id; where the
   * embedding table has no row for that, it is left out, since a text that holds it fails in
   * Python.
   */
  static void add(
      ObjectNode tokenizer,
      JsonObject settings,
      TokenizerClass tokenizerClass,
      EncoderConfig config) {
    TokenizerFile file = TokenizerFile.of(tokenizer, "tokenizer.json");
    Map<String, Integer> ids = file.ids();
    ArrayNode added = tokenizer.withArray("added_tokens");
    Map<String, JsonNode> listed = new LinkedHashMap<>();
    added.forEach(token -> listed.put(token.path("content").asText(), token));
    int next = ids.values().stream().mapToInt(id -> id).max().orElse(-1) + 1;
    Map<String, JsonNode> wanted = wanted(settings, tokenizerClass);
    if (settings.get("pad_token").isEmpty()
        && !tokenizerClass.ownTokens().containsKey("pad_token")) {
      file.padToken(config.padTokenId())
          .ifPresent(token -> putSpecial(wanted, TextNode.valueOf(token)));
    }
    for (Map.Entry<String, JsonNode> token : wanted.entrySet()) {
      Integer known = ids.get(token.getKey());
      int id = known == null ? next : known;
      if (!token.getKey().isEmpty()
          && !listed.containsKey(token.getKey())
          && id < config.vocabSize()) {
        added.add(entry(id, token.getKey(), token.getValue()));
        next += known == null ? 1 : 0;
      }
    }
  }

  private static Map<String, JsonNode> wanted(JsonObject settings, TokenizerClass kind) {
    Map<String, JsonNode> tokens = new LinkedHashMap<>();
    settings
        .node()
        .path("added_tokens_decoder")
        .forEach(token -> tokens.putIfAbsent(TokenizerFile.content(token), token));
    for (String key : TokenizerFiles.SPECIAL_KEYS) {
      settings
          .get(key)
          .or(() -> Optional.ofNullable(kind.ownTokens().get(key)).map(TextNode::valueOf))
          .ifPresent(token -> putSpecial(tokens, token));
    }
    for (String key : new String[] {"additional_special_tokens", "extra_special_tokens"}) {
      settings.node().path(key).forEach(token -> putSpecial(tokens, token));
    }
    return tokens;
  }

  private static void putSpecial(Map<String, JsonNode> tokens, JsonNode token) {
    ObjectNode special = JsonObject.MAPPER.createObjectNode().put("special", true);
    if (token.isObject()) {
      special.setAll((ObjectNode) token);
      special.put("special", true);
    }
    tokens.putIfAbsent(TokenizerFile.content(token), special);
  }

  private static ObjectNode entry(int id, String content, JsonNode token) {
    boolean special = token.path("special").asBoolean(false);
    return JsonObject.MAPPER
        .createObjectNode()
        .put("id", id)
        .put("content", content)
        .put("single_word", token.path("single_word").asBoolean(false))
        .put("lstrip", token.path("lstrip").asBoolean(false))
        .put("rstrip", token.path("rstrip").asBoolean(false))
        .put("normalized", token.path("normalized").asBoolean(!special))
        .put("special", special);
  }
}
