package io.silverspark.model.files;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokenizer of a model: tokenizer.json, into which those settings of the files beside it are
 * worked that change its tokens, and the other settings, to be written again.
 *
 * @param json content of tokenizer.json; do not modify
 * @param truncatesLeft whether a text that is too long keeps its last tokens instead of its first
 * @param settings every key of tokenizer_config.json and, where that has none, the special tokens
 *     of special_tokens_map.json
 * @param chatTemplate content of chat_template.jinja, which encoders do not use; empty if there is
 *     none
 * @param addsSpecialTokens whether those of the post-processor stand around a text
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the bytes are handed on, not changed
public record TokenizerFiles(
    byte[] json,
    boolean truncatesLeft,
    Map<String, Object> settings,
    String chatTemplate,
    boolean addsSpecialTokens) {
  static final String CONFIG = "tokenizer_config.json";
  static final String SPECIAL = "special_tokens_map.json";
  static final String TEMPLATE = "chat_template.jinja";

  /** Keys of special tokens, as transformers has them. */
  static final List<String> SPECIAL_KEYS =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  /** Copies the map, keeping its order. */
  public TokenizerFiles {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /**
   * A tokenizer that stands alone.
   *
   * @param json content of tokenizer.json
   * @return with the side of truncation that it names
   * @throws UserException if it is no JSON object
   */
  public static TokenizerFiles of(byte[] json) {
    JsonNode direction =
        JsonObject.parse(json, "tokenizer.json").node().at("/truncation/direction");
    return new TokenizerFiles(json, direction.asText().equals("Left"), Map.of(), "", true);
  }

  /**
   * The tokenizer of a static model, whose texts get no special tokens; the file stays as it is.
   */
  static TokenizerFiles ofStaticModel(Path folder, EncoderConfig config) {
    Path path = folder.resolve("tokenizer.json");
    byte[] json = JsonObject.bytes(path);
    TokenizerFile file = TokenizerFile.parse(json, path.toString());
    file.requireFits(config);
    file.requireNoDropout();
    return new TokenizerFiles(json, false, Map.of(), "", false);
  }

  /**
   * Reads the files of a model directory.
   *
   * @param lowerCase whether sentence_bert_config.json asks for lower case
   * @throws UserException if one is wrong, or asks for something that is not done here
   */
  static TokenizerFiles read(Path folder, EncoderConfig config, boolean lowerCase) {
    Path path = folder.resolve("tokenizer.json");
    if (!Files.exists(path)) {
      throw new UserException(
          ("%s is missing: write it in Python with"
                  + " AutoTokenizer.from_pretrained(dir).save_pretrained(dir)")
              .formatted(path));
    }
    byte[] content = JsonObject.bytes(path);
    JsonObject settings = settings(folder);
    TokenizerFile file = TokenizerFile.parse(content, path.toString());
    requireSupported(settings, file.node().path("post_processor").isObject());
    file.requireFits(config);
    file.requireNoDropout();
    ObjectNode changed = file.node().deepCopy();
    changed.putNull(
        "truncation"); // its direction is kept, and written again with the model's limit
    TokenizerClass tokenizerClass = TokenizerClass.of(settings, config);
    tokenizerClass.apply(changed, settings);
    AddedTokens.add(changed, settings, tokenizerClass, config);
    TokenizerFile whole = TokenizerFile.of(changed, path.toString());
    if (lowerCase) {
      whole.lowerCase();
    }
    if (config.architecture().readsTokenTypes()
        && !givesSegments(settings, config.architecture(), tokenizerClass)) {
      whole.dropSegments();
    }
    return new TokenizerFiles(
        changed.equals(file.node()) ? content : whole.bytes(),
        truncatesLeft(settings, file),
        JsonObject.MAPPER.convertValue(settings.node(), new TypeReference<>() {}),
        Files.exists(folder.resolve(TEMPLATE))
            ? new String(
                JsonObject.bytes(folder.resolve(TEMPLATE)), java.nio.charset.StandardCharsets.UTF_8)
            : "",
        true);
  }

  private static JsonObject settings(Path folder) {
    JsonObject settings = JsonObject.readIfPresent(folder.resolve(CONFIG));
    JsonObject special = JsonObject.readIfPresent(folder.resolve(SPECIAL));
    for (Map.Entry<String, JsonNode> entry : special.node().properties()) {
      if (settings.get(entry.getKey()).isEmpty()) {
        settings.node().set(entry.getKey(), entry.getValue());
      }
    }
    return settings;
  }

  /**
   * Refuses what is not done here.
   *
   * @param hasEnds whether tokenizer.json says what stands around a text, which then counts
   */
  private static void requireSupported(JsonObject settings, boolean hasEnds) {
    if (settings.flag("split_special_tokens", false)) {
      throw settings.wrong("split_special_tokens", "false, the only one supported");
    }
    for (String key : List.of("add_bos_token", "add_eos_token")) {
      if (settings.flag(key, false) && !hasEnds) {
        throw settings.wrong(key, "false, since tokenizer.json has no post_processor");
      }
    }
    for (String key : List.of("truncation_side", "padding_side")) {
      if (!List.of("left", "right").contains(settings.text(key, "right"))) {
        throw settings.wrong(key, "left or right");
      }
    }
  }

  /** As in transformers tokenizer_config.json goes before tokenizer.json. */
  private static boolean truncatesLeft(JsonObject settings, TokenizerFile file) {
    return settings
        .get("truncation_side")
        .map(side -> side.asText().equals("left"))
        .orElseGet(file::truncatesLeft);
  }

  /**
   * Whether Python passes token types on; transformers 5's generic tokenizer does not by default,
   * whatever it is called, nor do the tokenizers of any architecture but BERT.
   */
  private static boolean givesSegments(
      JsonObject settings, Architecture architecture, TokenizerClass tokenizerClass) {
    if (!architecture.tellsTextsApart()) {
      return false;
    }
    JsonNode names = settings.get("model_input_names").orElse(null);
    if (names == null) {
      return tokenizerClass.givesTokenTypes();
    }
    for (JsonNode name : names) {
      if (name.asText().equals("token_type_ids")) {
        return true;
      }
    }
    return false;
  }
}
