package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What transformers' tokenizer classes do to tokenizer.json: those of BERT and RoBERTa set its
 * normaliser or its pre-tokenizer by tokenizer_config.json, the generic ones take it as it is.
 */
enum TokenizerClass {
  /** BertTokenizer and its like: lower case, accents and Chinese characters are settings. */
  BERT(
      List.of("BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer"),
      Map.of(
          "unk_token", "[UNK]",
          "sep_token", "[SEP]",
          "pad_token", "[PAD]",
          "cls_token", "[CLS]",
          "mask_token", "[MASK]")) {
    @Override
    void apply(ObjectNode tokenizer, JsonObject settings) {
      requireSameEnds(tokenizer, settings);
      normalize(tokenizer, settings);
    }
  },
  /** MPNetTokenizer: the same with other special tokens. */
  MPNET(
      List.of("MPNetTokenizer"),
      Map.of(
          "bos_token", "<s>",
          "eos_token", "</s>",
          "unk_token", "[UNK]",
          "pad_token", "<pad>",
          "mask_token", "<mask>")) {
    @Override
    void apply(ObjectNode tokenizer, JsonObject settings) {
      requireSameEnds(tokenizer, settings);
      normalize(tokenizer, settings);
    }
  },
  /** RobertaTokenizer: whether a space is put before a text is a setting. */
  ROBERTA(
      List.of("RobertaTokenizer"),
      Map.of(
          "bos_token",
          "<s>",
          "eos_token",
          "</s>",
          "unk_token",
          "<unk>",
          "pad_token",
          "<pad>",
          "mask_token",
          "<mask>")) {
    @Override
    void apply(ObjectNode tokenizer, JsonObject settings) {
      requireSameEnds(tokenizer, settings);
      if (tokenizer.path("pre_tokenizer").path("type").asText().equals("ByteLevel")) {
        ((ObjectNode) tokenizer.get("pre_tokenizer"))
            .put("add_prefix_space", settings.flag("add_prefix_space", false));
      }
    }
  },
  /** XLMRobertaTokenizer: the same for SentencePiece's mark of a space. */
  XLM_ROBERTA(
      List.of("XLMRobertaTokenizer"),
      Map.of(
          "bos_token",
          "<s>",
          "eos_token",
          "</s>",
          "unk_token",
          "<unk>",
          "pad_token",
          "<pad>",
          "mask_token",
          "<mask>")) {
    @Override
    void apply(ObjectNode tokenizer, JsonObject settings) {
      String scheme = settings.flag("add_prefix_space", true) ? "always" : "never";
      JsonNode step = tokenizer.path("pre_tokenizer");
      setScheme(step, scheme);
      step.path("pretokenizers").forEach(each -> setScheme(each, scheme));
    }

    private void setScheme(JsonNode step, String scheme) {
      if (step.path("type").asText().equals("Metaspace") && step.has("prepend_scheme")) {
        ((ObjectNode) step).put("prepend_scheme", scheme);
      }
    }
  },
  /** PreTrainedTokenizerFast, TokenizersBackend and classes not known here. */
  GENERIC(List.of(), Map.of()) {
    @Override
    void apply(ObjectNode tokenizer, JsonObject settings) {}
  };

  private final List<String> classes;
  private final Map<String, String> ownTokens;

  TokenizerClass(List<String> classes, Map<String, String> ownTokens) {
    this.classes = classes;
    this.ownTokens = ownTokens;
  }

  /** Special tokens that the class has without being told, by key. */
  Map<String, String> ownTokens() {
    return ownTokens;
  }

  /** The class that tokenizer_config.json or config.json names, or else the architecture's. */
  static TokenizerClass of(JsonObject settings, BertConfig config) {
    Object own = config.otherKeys().get("tokenizer_class");
    String name =
        settings
            .text("tokenizer_class", own instanceof String text ? text : "")
            .replaceFirst("Fast$", "");
    if (name.isEmpty()) {
      return switch (config.architecture()) {
        case BERT, DISTILBERT -> BERT;
        case MPNET -> MPNET;
        case ROBERTA -> ROBERTA;
        case XLM_ROBERTA -> XLM_ROBERTA;
      };
    }
    return List.of(values()).stream()
        .filter(each -> each.classes.contains(name))
        .findFirst()
        .orElse(GENERIC);
  }

  /** Works the settings into a tokenizer.json. */
  abstract void apply(ObjectNode tokenizer, JsonObject settings);

  private static void normalize(ObjectNode tokenizer, JsonObject settings) {
    if (tokenizer.path("normalizer").path("type").asText().equals("BertNormalizer")) {
      ObjectNode normalizer = (ObjectNode) tokenizer.get("normalizer");
      normalizer.put("lowercase", settings.flag("do_lower_case", true));
      normalizer.put("handle_chinese_chars", settings.flag("tokenize_chinese_chars", true));
      normalizer.set(
          "strip_accents",
          settings.get("strip_accents").isEmpty()
              ? normalizer.nullNode()
              : normalizer.booleanNode(settings.flag("strip_accents", true)));
    }
  }

  /** These classes put cls_token and sep_token around a text, whatever tokenizer.json says. */
  private static void requireSameEnds(ObjectNode tokenizer, JsonObject settings) {
    Map<String, String> found =
        TokenizerFile.of(tokenizer, settings.where()).specialTokens(Map.of(), -1);
    for (String key : List.of("cls_token", "sep_token")) {
      Optional<String> asked = settings.get(key).map(TokenizerFile::content);
      String there = found.get(key);
      if (asked.isPresent() && there != null && !asked.get().equals(there)) {
        throw new UserException(
            "%s: '%s' is '%s', expected '%s', which tokenizer.json puts around a text"
                .formatted(settings.where(), key, asked.get(), there));
      }
    }
  }
}
