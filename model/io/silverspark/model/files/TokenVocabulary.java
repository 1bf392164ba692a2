package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.silverspark.model.error.UserException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The ids of a tokenizer as masking needs them.
 *
 * @param size number of ids, from 0
 * @param maskId id of the mask token
 * @param specialIds ids of all special tokens, the mask among them
 */
public record TokenVocabulary(int size, int maskId, Set<Integer> specialIds) {
  private static final Set<String> MASKS = Set.of("[MASK]", "<mask>");

  /** Copies the set. */
  public TokenVocabulary {
    specialIds = Set.copyOf(specialIds);
  }

  /**
   * Reads the vocabulary of a model.
   *
   * @param tokenizerJson content of tokenizer.json
   * @return its ids
   * @throws UserException if it has no mask token
   */
  public static TokenVocabulary of(byte[] tokenizerJson) {
    JsonNode file = JsonObject.parse(tokenizerJson, "tokenizer.json").node();
    int last = -1;
    JsonNode vocabulary = file.path("model").path("vocab");
    if (vocabulary.isArray()) { // Unigram: the position is the id
      last = vocabulary.size() - 1;
    }
    for (Map.Entry<String, JsonNode> entry : vocabulary.properties()) {
      last = Math.max(last, entry.getValue().asInt());
    }
    Set<Integer> special = new HashSet<>();
    int mask = -1;
    for (JsonNode token : file.path("added_tokens")) {
      int id = token.path("id").asInt();
      last = Math.max(last, id);
      if (token.path("special").asBoolean()) {
        special.add(id);
        mask = MASKS.contains(token.path("content").asText()) ? id : mask;
      }
    }
    if (mask < 0) {
      throw new UserException(
          "tokenizer.json has no special token [MASK] or <mask>: masked language modelling needs"
              + " one");
    }
    return new TokenVocabulary(last + 1, mask, special);
  }
}
