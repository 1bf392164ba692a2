package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The tokens of an encoder that a static model keeps, and the tokenizer over them alone: without
 * special tokens but those for unknown words and padding, and numbered again from 0 in the order
 * that the encoder has them, which is roughly that of their frequency.
 */
public final class StaticVocabulary {
  private final ObjectNode json;
  private final List<Integer> encoderIds;

  private StaticVocabulary(ObjectNode json, List<Integer> encoderIds) {
    this.json = json;
    this.encoderIds = encoderIds;
  }

  /**
   * Takes the tokens of an encoder.
   *
   * @param encoder with its tokenizer
   * @param removed tokens that begin with this pattern are left out; empty leaves none out
   * @return the kept tokens
   */
  public static StaticVocabulary of(ModelFiles encoder, Optional<Pattern> removed) {
    TokenizerFile file = TokenizerFile.parse(encoder.tokenizerJson(), "tokenizer.json");
    ObjectNode json = file.node().deepCopy();
    Map<String, String> special =
        file.specialTokens(encoder.tokenizer().settings(), encoder.config().padTokenId());
    Set<String> served = new HashSet<>();
    for (String key : List.of("unk_token", "pad_token")) {
      Optional.ofNullable(special.get(key)).ifPresent(served::add);
    }
    served.add(json.at("/model/unk_token").asText());
    Set<String> dropped = new HashSet<>();
    for (JsonNode added : json.path("added_tokens")) {
      dropped.add(added.path("content").asText());
    }
    for (String token : file.ids().keySet()) {
      if (removed.isPresent() && removed.get().matcher(token).lookingAt()) {
        dropped.add(token);
      }
    }
    dropped.removeAll(served);
    Map<String, Integer> ids = new LinkedHashMap<>(); // of the encoder, in the new order
    keepVocabulary((ObjectNode) json.get("model"), dropped, ids);
    keepAdded(json, served, ids);
    json.putNull("truncation").putNull("padding").putNull("post_processor");
    spaceInFront(json.path("pre_tokenizer"));
    return new StaticVocabulary(json, new ArrayList<>(ids.values()));
  }

  private static void keepVocabulary(
      ObjectNode model, Set<String> dropped, Map<String, Integer> ids) {
    JsonNode vocabulary = model.get("vocab");
    if (vocabulary instanceof ArrayNode pieces) { // Unigram: the position is the id
      ArrayNode kept = model.putArray("vocab");
      int unknown = model.path("unk_id").asInt(-1);
      for (int id = 0; id < pieces.size(); id++) {
        String token = pieces.get(id).path(0).asText();
        if (id == unknown || !dropped.contains(token)) {
          if (id == unknown) {
            model.put("unk_id", kept.size());
          }
          ids.put(token, id);
          kept.add(pieces.get(id));
        }
      }
      return;
    }
    TreeMap<Integer, String> ordered = new TreeMap<>();
    vocabulary.properties().forEach(each -> ordered.put(each.getValue().asInt(), each.getKey()));
    ObjectNode kept = model.putObject("vocab");
    ordered.forEach(
        (id, token) -> {
          if (!dropped.contains(token)) {
            kept.put(token, ids.size());
            ids.put(token, id);
          }
        });
    if (model.get("merges") instanceof ArrayNode merges) {
      ArrayNode possible = model.putArray("merges");
      for (JsonNode merge : merges) {
        String[] parts =
            merge.isArray()
                ? new String[] {merge.path(0).asText(), merge.path(1).asText()}
                : merge.asText().split(" ", 2);
        if (List.of(parts[0], parts[1], parts[0] + parts[1]).stream().allMatch(kept::has)) {
          possible.add(merge);
        }
      }
    }
  }

  private static void keepAdded(ObjectNode json, Set<String> served, Map<String, Integer> ids) {
    List<String> order = new ArrayList<>(ids.keySet());
    JsonNode before = json.path("added_tokens");
    ArrayNode kept = json.putArray("added_tokens");
    for (JsonNode token : before) {
      String content = token.path("content").asText();
      if (served.contains(content)) {
        if (!ids.containsKey(content)) {
          ids.put(content, token.path("id").asInt());
          order.add(content);
        }
        ObjectNode entry = ((ObjectNode) token).put("id", order.indexOf(content));
        kept.add(entry);
      }
    }
  }

  /** A word at the start of a text is the same token as after a space. */
  private static void spaceInFront(JsonNode preTokenizer) {
    if (preTokenizer.path("type").asText().equals("ByteLevel")) {
      ((ObjectNode) preTokenizer).put("add_prefix_space", true);
    }
    preTokenizer.path("pretokenizers").forEach(StaticVocabulary::spaceInFront);
  }

  /**
   * The kept tokens by their ids in the encoder.
   *
   * @return position: id in the static model
   */
  public List<Integer> encoderIds() {
    return List.copyOf(encoderIds);
  }

  /**
   * The tokenizer with words of one's own, whose ids follow those of the kept tokens. They are
   * found whole in a text, between the boundaries of words and as the normalizer writes them.
   *
   * @param words such as {@code new york}; none empty, none twice
   * @return content of tokenizer.json
   */
  public byte[] tokenizer(List<String> words) {
    ObjectNode whole = json.deepCopy();
    ArrayNode added = (ArrayNode) whole.get("added_tokens");
    for (int i = 0; i < words.size(); i++) {
      added
          .addObject()
          .put("id", encoderIds.size() + i)
          .put("content", words.get(i))
          .put("single_word", true)
          .put("lstrip", true)
          .put("rstrip", false)
          .put("normalized", true)
          .put("special", false);
    }
    return whole.toString().getBytes(StandardCharsets.UTF_8);
  }
}
