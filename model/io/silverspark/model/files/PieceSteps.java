package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * The steps in front of a vocabulary of SentencePiece or of bytes, as transformers' tokenizer
 * classes set them: what happens to the characters, and where a text is cut before pieces are
 * looked up. SentencePiece's own table of characters is kept where a class keeps it.
 */
final class PieceSteps {
  /** What stands for a space in a piece. */
  private static final String SPACE = "\u2581";

  private static final String QWEN_CUTS =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private PieceSteps() {}

  /**
   * XLM-R, CamemBERT and T5.
   *
   * @param prefixSpace whether a space is put in front of a text
   */
  static void ofSentencePiece(ObjectNode tokenizer, boolean prefixSpace) {
    Optional<JsonNode> table = table(tokenizer.path("normalizer"));
    tokenizer.putNull("normalizer");
    table.ifPresent(normalizer -> tokenizer.set("normalizer", normalizer));
    ArrayNode cuts = sequence(tokenizer, "pre_tokenizer", "pretokenizers");
    cuts.addObject().put("type", "WhitespaceSplit");
    addMetaspace(cuts, prefixSpace ? "always" : "never");
  }

  static void ofAlbert(ObjectNode tokenizer, JsonObject settings) {
    Optional<JsonNode> table = table(tokenizer.path("normalizer"));
    ofSentencePiece(tokenizer, settings.flag("add_prefix_space", true));
    ArrayNode steps = sequence(tokenizer, "normalizer", "normalizers");
    addReplace(steps, "String", "``", "\"");
    addReplace(steps, "String", "''", "\"");
    if (!settings.flag("keep_accents", false)) {
      steps.addObject().put("type", "NFKD");
      steps.addObject().put("type", "StripAccents");
    }
    if (settings.flag("do_lower_case", true)) {
      steps.addObject().put("type", "Lowercase");
    }
    table.ifPresent(steps::add);
  }

  static void ofDeberta(ObjectNode tokenizer, JsonObject settings) {
    ArrayNode steps = sequence(tokenizer, "normalizer", "normalizers");
    if (settings.flag("do_lower_case", false)) {
      steps.addObject().put("type", "Lowercase");
    }
    addReplace(steps, "Regex", "\\s{2,}|[\\n\\r\\t]", " ");
    steps.addObject().put("type", "NFC");
    steps.addObject().put("type", "Strip").put("strip_left", false).put("strip_right", true);
    ArrayNode cuts = sequence(tokenizer, "pre_tokenizer", "pretokenizers");
    if (settings.flag("split_by_punct", false)) {
      cuts.addObject().put("type", "Punctuation").put("behavior", "Isolated");
    }
    addMetaspace(cuts, settings.flag("add_prefix_space", true) ? "always" : "first");
  }

  static void ofQwen(ObjectNode tokenizer, JsonObject settings) {
    tokenizer.putObject("normalizer").put("type", "NFC");
    ArrayNode cuts = sequence(tokenizer, "pre_tokenizer", "pretokenizers");
    ObjectNode split = cuts.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", QWEN_CUTS);
    split.put("behavior", "Isolated").put("invert", false);
    cuts.addObject()
        .put("type", "ByteLevel")
        .put("add_prefix_space", settings.flag("add_prefix_space", false))
        .put("trim_offsets", true)
        .put("use_regex", false);
  }

  static void ofGemma(ObjectNode tokenizer) {
    ObjectNode replace = tokenizer.putObject("normalizer").put("type", "Replace");
    replace.putObject("pattern").put("String", " ");
    replace.put("content", SPACE);
    ObjectNode split = tokenizer.putObject("pre_tokenizer").put("type", "Split");
    split.putObject("pattern").put("String", " ");
    split.put("behavior", "MergedWithPrevious").put("invert", false);
  }

  private static ArrayNode sequence(ObjectNode tokenizer, String key, String list) {
    return tokenizer.putObject(key).put("type", "Sequence").putArray(list);
  }

  private static void addMetaspace(ArrayNode cuts, String prepend) {
    cuts.addObject()
        .put("type", "Metaspace")
        .put("replacement", SPACE)
        .put("prepend_scheme", prepend)
        .put("split", true);
  }

  private static void addReplace(ArrayNode steps, String kind, String pattern, String content) {
    ObjectNode replace = steps.addObject().put("type", "Replace");
    replace.putObject("pattern").put(kind, pattern);
    replace.put("content", content);
  }

  /** SentencePiece's table of characters in a normalizer. */
  private static Optional<JsonNode> table(JsonNode normalizer) {
    if (normalizer.path("type").asText().equals("Precompiled")) {
      return Optional.of(normalizer.deepCopy());
    }
    for (JsonNode step : normalizer.path("normalizers")) {
      if (step.path("type").asText().equals("Precompiled")) {
        return Optional.of(step.deepCopy());
      }
    }
    return Optional.empty();
  }
}
