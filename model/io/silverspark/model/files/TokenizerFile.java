package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    return of(JsonObject.parse(content, where).node(), where);
  }

  /** Of parsed content, which this object changes in place. */
  static TokenizerFile of(ObjectNode content, String where) {
    TokenizerFile file = new TokenizerFile(new JsonObject(content, where));
    if (file.vocab().isEmpty()) {
      throw new UserException(
          where + " has no vocabulary in 'model.vocab', expected WordPiece, BPE or Unigram");
    }
    return file;
  }

  /** Refuses byte-pair encoding that leaves out merges at random. */
  void requireNoDropout() {
    JsonNode dropout = json.node().at("/model/dropout");
    if (dropout.asDouble(0) != 0) {
      throw new UserException(
          "%s: 'model.dropout' is %s, expected null: the tokens of a text would be random"
              .formatted(json.where(), dropout));
    }
  }

  private JsonNode vocab() {
    return json.node().path("model").path("vocab");
  }

  /** Whether a vocab.txt says it all, as for BERT; BPE has merges too, Unigram scores. */
  boolean isWordPiece() {
    return json.node().path("model").path("type").asText("WordPiece").equals("WordPiece");
  }

  /** Refuses ids that the embedding table does not have. */
  void requireFits(EncoderConfig config) {
    Map.Entry<Integer, String> last = tokensById().lastEntry();
    if (last.getKey() >= config.vocabSize()) {
      throw new UserException(
          "%s: token '%s' has id %d, expected less than vocab_size %d of config.json"
              .formatted(json.where(), last.getValue(), last.getKey(), config.vocabSize()));
    }
  }

  /**
   * Puts a lowercasing step in front of the normaliser, as sentence-transformers does for {@code
   * do_lower_case}, unless there is one.
   */
  void lowerCase() {
    JsonNode normalizer = json.node().path("normalizer");
    if (lowerCases(normalizer)) {
      return;
    }
    ObjectNode sequence = JsonObject.MAPPER.createObjectNode().put("type", "Sequence");
    ArrayNode steps = sequence.putArray("normalizers");
    steps.addObject().put("type", "Lowercase");
    if (normalizer.path("type").asText().equals("Sequence")) {
      steps.addAll((ArrayNode) normalizer.get("normalizers"));
    } else if (normalizer.isObject()) {
      steps.add(normalizer);
    }
    json.node().set("normalizer", sequence);
  }

  /**
   * Gives both texts of a pair one token type, for a model whose tokenizer gives none: transformers
   * then takes them all as 0.
   */
  void dropSegments() {
    JsonNode processor = json.node().path("post_processor");
    if (!processor.isObject()) {
      putTextsAlone(json.node().putObject("post_processor"));
      return;
    }
    if (processor.path("type").asText().equals("BertProcessing")) {
      JsonNode begin = processor.path("cls");
      JsonNode end = processor.path("sep");
      json.node()
          .set(
              "post_processor",
              template(
                  begin.path(0).asText(),
                  begin.path(1).asInt(),
                  end.path(0).asText(),
                  end.path(1).asInt(),
                  false));
      processor = json.node().path("post_processor");
    }
    dropSegments(processor);
    processor.path("processors").forEach(TokenizerFile::dropSegments);
  }

  private static void putTextsAlone(ObjectNode template) {
    template.put("type", "TemplateProcessing").putObject("special_tokens");
    template.putArray("single").add(text("A", 0));
    template.putArray("pair").add(text("A", 0)).add(text("B", 0));
  }

  private static void dropSegments(JsonNode processor) {
    for (JsonNode token : processor.path("pair")) {
      token.forEach(fields -> ((ObjectNode) fields).put("type_id", 0));
    }
  }

  /**
   * What stands around one text or two: {@code begin A end}, {@code begin A end B end} with token
   * type 1 from the second text on, or {@code begin A end end B end} in one segment.
   */
  static ObjectNode template(
      String begin, int beginId, String end, int endId, boolean inOneSegment) {
    ObjectNode template = JsonObject.MAPPER.createObjectNode().put("type", "TemplateProcessing");
    ArrayNode single = template.putArray("single");
    single.add(special(begin, 0)).add(text("A", 0)).add(special(end, 0));
    ArrayNode pair = single.deepCopy();
    int type = inOneSegment ? 0 : 1;
    if (inOneSegment) {
      pair.add(special(end, type));
    }
    template.set("pair", pair.add(text("B", type)).add(special(end, type)));
    ObjectNode tokens = template.putObject("special_tokens");
    putToken(tokens, begin, beginId);
    putToken(tokens, end, endId);
    return template;
  }

  /** What stands behind each text: {@code A end}, {@code A end B end}. */
  static ObjectNode endTemplate(String end, int endId) {
    ObjectNode template = JsonObject.MAPPER.createObjectNode().put("type", "TemplateProcessing");
    template.putArray("single").add(text("A", 0)).add(special(end, 0));
    template
        .putArray("pair")
        .add(text("A", 0))
        .add(special(end, 0))
        .add(text("B", 0))
        .add(special(end, 0));
    putToken(template.putObject("special_tokens"), end, endId);
    return template;
  }

  private static ObjectNode special(String token, int type) {
    return piece("SpecialToken", token, type);
  }

  private static ObjectNode text(String name, int type) {
    return piece("Sequence", name, type);
  }

  private static ObjectNode piece(String kind, String id, int type) {
    ObjectNode piece = JsonObject.MAPPER.createObjectNode();
    piece.putObject(kind).put("id", id).put("type_id", type);
    return piece;
  }

  private static void putToken(ObjectNode tokens, String token, int id) {
    ObjectNode entry = tokens.putObject(token).put("id", token);
    entry.putArray("ids").add(id);
    entry.putArray("tokens").add(token);
  }

  /** Whether a text that is too long loses its first tokens. */
  boolean truncatesLeft() {
    return json.node().at("/truncation/direction").asText().equals("Left");
  }

  ObjectNode node() {
    return json.node();
  }

  byte[] bytes() {
    return json.node().toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The text of a token: a string, or an object with its properties. */
  static String content(JsonNode token) {
    return token.isObject() ? token.path("content").asText() : token.asText();
  }

  /** Ids by token; of two tokens with one id the added one counts. */
  Map<String, Integer> ids() {
    Map<String, Integer> ids = new LinkedHashMap<>();
    tokensById().forEach((id, token) -> ids.putIfAbsent(token, id));
    return ids;
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

  TreeMap<Integer, String> tokensById() {
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

  /**
   * The special tokens by the key that transformers has for them.
   *
   * @param told those that the files beside it name, which count
   * @param padTokenId of config.json, for a tokenizer that names no padding
   */
  Map<String, String> specialTokens(Map<String, Object> told, int padTokenId) {
    Map<String, String> special = new LinkedHashMap<>();
    TreeMap<Integer, String> tokens = tokensById();
    put(special, "unk_token", unknown(tokens));
    put(special, "pad_token", padToken(padTokenId));
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
    for (String key : TokenizerFiles.SPECIAL_KEYS) {
      JsonNode token = JsonObject.MAPPER.valueToTree(told.get(key));
      put(
          special,
          key,
          Optional.ofNullable(token).filter(t -> !t.isNull()).map(TokenizerFile::content));
    }
    return special;
  }

  /**
   * The special tokens that the saved files may name: Python finds a named token whole in a text,
   * so one that this tokenizer spells stays unnamed.
   *
   * @param told as for {@link #specialTokens}
   */
  Map<String, String> namedTokens(Map<String, Object> told, int padTokenId) {
    Set<String> whole = addedTokens();
    Map<String, String> named = specialTokens(told, padTokenId);
    named
        .entrySet()
        .removeIf(
            token ->
                !whole.contains(token.getValue())
                    && !told.containsKey(token.getKey())
                    && !token.getKey().equals("pad_token"));
    return named;
  }

  /** The token for padding where no other file names one; never an ordinary word. */
  Optional<String> padToken(int padTokenId) {
    return Optional.of(json.node().at("/padding/pad_token").asText())
        .filter(token -> !token.isEmpty())
        .or(
            () ->
                Optional.ofNullable(tokensById().get(padTokenId)).filter(addedTokens()::contains));
  }

  private Set<String> addedTokens() {
    Set<String> added = new HashSet<>();
    json.node().path("added_tokens").forEach(token -> added.add(token.path("content").asText()));
    return added;
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

  /**
   * tokenizer.json as the model uses it: a batch is padded to its longest text, which is cut at the
   * model's own limit.
   */
  byte[] used(Map<String, String> special, ModelFiles model) {
    ObjectNode changed = json.node().deepCopy();
    changed
        .putObject("truncation")
        .put("direction", model.tokenizer().truncatesLeft() ? "Left" : "Right")
        .put("max_length", model.maxSeqLength())
        .put("strategy", "LongestFirst")
        .put("stride", 0);
    Integer padId = ids().get(special.getOrDefault("pad_token", ""));
    if (padId == null) {
      changed.putNull("padding");
    } else {
      JsonNode before = json.node().path("padding");
      ObjectNode padding = changed.putObject("padding");
      padding.put("strategy", "BatchLongest");
      padding.put("direction", padsLeft(model.tokenizer().settings()) ? "Left" : "Right");
      padding.set("pad_to_multiple_of", before.path("pad_to_multiple_of").deepCopy());
      if (!before.path("pad_to_multiple_of").isInt()) {
        padding.putNull("pad_to_multiple_of");
      }
      padding.put("pad_id", padId);
      padding.put("pad_type_id", before.path("pad_type_id").asInt(0));
      padding.put("pad_token", special.get("pad_token"));
    }
    return changed.toString().getBytes(StandardCharsets.UTF_8);
  }

  private boolean padsLeft(Map<String, Object> settings) {
    Object told = settings.get("padding_side");
    return told == null
        ? json.node().at("/padding/direction").asText().equals("Left")
        : told.equals("left");
  }

  /**
   * tokenizer_config.json for a model; transformers 4 and 5 then use tokenizer.json as it is. Other
   * keys that were read are kept.
   */
  ObjectNode config(Map<String, String> special, ModelFiles model) {
    Map<String, Object> before = model.tokenizer().settings();
    ObjectNode config = JsonObject.MAPPER.createObjectNode();
    config.put("tokenizer_class", "PreTrainedTokenizerFast");
    config.put("model_max_length", model.maxSeqLength());
    ArrayNode inputs = config.putArray("model_input_names").add("input_ids");
    if (model.config().architecture().tellsTextsApart()) {
      inputs.add("token_type_ids");
    }
    inputs.add("attention_mask");
    special.forEach(config::put);
    if (model.tokenizer().truncatesLeft() || before.containsKey("truncation_side")) {
      config.put("truncation_side", model.tokenizer().truncatesLeft() ? "left" : "right");
    }
    before.forEach(
        (key, value) -> {
          boolean token = special.containsKey(key) && value instanceof Map;
          if (token || !config.has(key) && !key.equals("name_or_path")) {
            config.set(key, JsonObject.MAPPER.valueToTree(value));
          }
        });
    return config;
  }
}
