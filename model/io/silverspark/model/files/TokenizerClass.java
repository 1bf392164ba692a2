package io.silverspark.model.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * What transformers' tokenizer classes do to tokenizer.json: those named here take its vocabulary
 * and set the steps around it by tokenizer_config.json, the generic ones take the file as it is.
 *
 * <p>Source: transformers 5.18, tokenization_*.py of each model.
 */
enum TokenizerClass {
  /** BertTokenizer and its other names: lower case, accents and Chinese characters are settings. */
  BERT(
      List.of(
          "BertTokenizer",
          "ElectraTokenizer",
          "LayoutLMTokenizer",
          "LxmertTokenizer",
          "MobileBertTokenizer",
          "SqueezeBertTokenizer",
          "DPRContextEncoderTokenizer",
          "DPRQuestionEncoderTokenizer"),
      true,
      Map.of(
          "unk_token", "[UNK]",
          "sep_token", "[SEP]",
          "pad_token", "[PAD]",
          "cls_token", "[CLS]",
          "mask_token", "[MASK]")) {
    @Override
    void apply(ObjectNode tokenizer, JsonObject settings) {
      setWordPieces(tokenizer, settings);
      setEnds(tokenizer, settings, "cls_token", "sep_token");
    }
  },
  /** DistilBertTokenizer: the same, but token types are not passed on. */
  DISTILBERT(List.of("DistilBertTokenizer"), false, BERT.ownTokens) {
    @Override
    void apply(ObjectNode tokenizer, JsonObject settings) {
      BERT.apply(tokenizer, settings);
    }
  },
  /** MPNetTokenizer: the same with other special tokens. */
  MPNET(
      List.of("MPNetTokenizer"),
      false,
      Map.of(
          "bos_token", "<s>",
          "eos_token", "</s>",
          "cls_token", "<s>",
          "sep_token", "</s>",
          "unk_token", "[UNK]",
          "pad_token", "<pad>",
          "mask_token", "<mask>")) {
    @Override
    void apply(ObjectNode tokenizer, JsonObject settings) {
      setWordPieces(tokenizer, settings);
      setEnds(tokenizer, settings, "cls_token", "sep_token");
    }
  },
  /** RobertaTokenizer: whether a space is put before a text is a setting. */
  ROBERTA(
      List.of("RobertaTokenizer"),
      false,
      Map.of(
          "bos_token", "<s>",
          "eos_token", "</s>",
          "cls_token", "<s>",
          "sep_token", "</s>",
          "unk_token", "<unk>",
          "pad_token", "<pad>",
          "mask_token", "<mask>")) {
    @Override
    void apply(ObjectNode tokenizer, JsonObject settings) {
      if (isModel(tokenizer, "BPE")) {
        tokenizer.putNull("normalizer");
        tokenizer
            .putObject("pre_tokenizer")
            .put("type", "ByteLevel")
            .put("add_prefix_space", settings.flag("add_prefix_space", false))
            .put("trim_offsets", true)
            .put("use_regex", true);
      }
      setEnds(tokenizer, settings, "cls_token", "sep_token");
    }
  },
  /** XLMRobertaTokenizer: the same for SentencePiece's mark of a space. */
  XLM_ROBERTA(
      List.of("XLMRobertaTokenizer"),
      false,
      Map.of(
          "bos_token", "<s>",
          "eos_token", "</s>",
          "unk_token", "<unk>",
          "pad_token", "<pad>",
          "mask_token", "<mask>")) {
    @Override
    void apply(ObjectNode tokenizer, JsonObject settings) {
      setSentencePiece(tokenizer, settings);
    }
  },
  /** DebertaV2Tokenizer: lower case and cuts at punctuation are settings. */
  DEBERTA_V2(
      List.of("DebertaV2Tokenizer"),
      true,
      Map.of(
          "bos_token", "[CLS]",
          "eos_token", "[SEP]",
          "unk_token", "[UNK]",
          "sep_token", "[SEP]",
          "pad_token", "[PAD]",
          "cls_token", "[CLS]",
          "mask_token", "[MASK]")) {
    @Override
    void apply(ObjectNode tokenizer, JsonObject settings) {
      if (isModel(tokenizer, "Unigram")) {
        PieceSteps.ofDeberta(tokenizer, settings);
      }
      setEnds(tokenizer, settings, "cls_token", "sep_token");
    }
  },
  /** AlbertTokenizer: lower case and accents are settings. */
  ALBERT(
      List.of("AlbertTokenizer"),
      false,
      Map.of(
          "bos_token", "[CLS]",
          "eos_token", "[SEP]",
          "unk_token", "<unk>",
          "sep_token", "[SEP]",
          "pad_token", "<pad>",
          "cls_token", "[CLS]",
          "mask_token", "[MASK]")) {
    @Override
    void apply(ObjectNode tokenizer, JsonObject settings) {
      if (isModel(tokenizer, "Unigram")) {
        PieceSteps.ofAlbert(tokenizer, settings);
      }
      if (!tokenizer.path("post_processor").isObject()) {
        setEnds(tokenizer, settings, "cls_token", "sep_token");
      }
    }
  },
  /** CamembertTokenizer: as XLM-R's. */
  CAMEMBERT(List.of("CamembertTokenizer"), false, ROBERTA.ownTokens) {
    @Override
    void apply(ObjectNode tokenizer, JsonObject settings) {
      setSentencePiece(tokenizer, settings);
    }
  },
  /** T5Tokenizer: the same without settings, and nothing in front of a text. */
  T5(
      List.of("T5Tokenizer"),
      false,
      Map.of("eos_token", "</s>", "unk_token", "<unk>", "pad_token", "<pad>")) {
    @Override
    void apply(ObjectNode tokenizer, JsonObject settings) {
      if (isModel(tokenizer, "Unigram")) {
        PieceSteps.ofSentencePiece(tokenizer, true);
      }
      String end = token(settings, "eos_token");
      Integer id = TokenizerFile.of(tokenizer, settings.where()).ids().get(end);
      if (id != null) {
        tokenizer.set("post_processor", TokenizerFile.endTemplate(end, id));
      }
    }
  },
  /** GemmaTokenizer: steps of its own, no settings. */
  GEMMA(
      List.of("GemmaTokenizer"),
      false,
      Map.of(
          "unk_token", "<unk>",
          "bos_token", "<bos>",
          "eos_token", "<eos>",
          "pad_token", "<pad>",
          "mask_token", "<mask>")) {
    @Override
    void apply(ObjectNode tokenizer, JsonObject settings) {
      if (isModel(tokenizer, "BPE")) {
        PieceSteps.ofGemma(tokenizer);
      }
    }
  },
  /** Qwen2Tokenizer: whether a space is put before a text is a setting. */
  QWEN2(List.of("Qwen2Tokenizer"), false, Map.of("pad_token", "<|endoftext|>")) {
    @Override
    void apply(ObjectNode tokenizer, JsonObject settings) {
      if (isModel(tokenizer, "BPE")) {
        PieceSteps.ofQwen(tokenizer, settings);
      }
    }
  },
  /** PreTrainedTokenizerFast, TokenizersBackend and classes not known here. */
  GENERIC(List.of(), false, Map.of()) {
    @Override
    void apply(ObjectNode tokenizer, JsonObject settings) {}
  };

  private static final int LONGEST_WORD = 100;

  private final List<String> classes;
  private final boolean givesTokenTypes;
  private final Map<String, String> ownTokens;

  TokenizerClass(List<String> classes, boolean givesTokenTypes, Map<String, String> ownTokens) {
    this.classes = classes;
    this.givesTokenTypes = givesTokenTypes;
    this.ownTokens = ownTokens;
  }

  /** Special tokens that the class has without being told, by key. */
  Map<String, String> ownTokens() {
    return ownTokens;
  }

  /** Whether token types are passed on to the model where tokenizer_config.json does not say. */
  boolean givesTokenTypes() {
    return givesTokenTypes;
  }

  /** The class that tokenizer_config.json or config.json names, or else the architecture's. */
  static TokenizerClass of(JsonObject settings, EncoderConfig config) {
    if (config.architecture() == Architecture.QWEN2) {
      return QWEN2; // transformers distrusts what the files of this architecture name
    }
    Object own = config.otherKeys().get("tokenizer_class");
    String name =
        settings
            .text("tokenizer_class", own instanceof String text ? text : "")
            .replaceFirst("Fast$", "");
    if (name.isEmpty()) {
      return switch (config.architecture()) {
        case BERT -> BERT;
        case DISTILBERT -> DISTILBERT;
        case MPNET -> MPNET;
        case ROBERTA -> ROBERTA;
        case XLM_ROBERTA -> XLM_ROBERTA;
        case ELECTRA, NOMIC_BERT -> BERT;
        case DEBERTA_V2 -> DEBERTA_V2;
        case ALBERT -> ALBERT;
        case CAMEMBERT -> CAMEMBERT;
        case T5 -> T5;
        case GEMMA3_TEXT -> GEMMA;
        case QWEN3 -> QWEN2;
        case GTE, NEW -> XLM_ROBERTA;
        default -> GENERIC;
      };
    }
    return List.of(values()).stream()
        .filter(each -> each.classes.contains(name))
        .findFirst()
        .orElse(GENERIC);
  }

  /** Works the settings into a tokenizer.json. */
  abstract void apply(ObjectNode tokenizer, JsonObject settings);

  private static boolean isModel(ObjectNode tokenizer, String type) {
    return tokenizer.path("model").path("type").asText(type).equals(type);
  }

  /** BERT's steps around a vocabulary of word pieces; any other vocabulary stays as it is. */
  void setWordPieces(ObjectNode tokenizer, JsonObject settings) {
    if (!isModel(tokenizer, "WordPiece")) {
      return;
    }
    ObjectNode normalizer =
        tokenizer
            .putObject("normalizer")
            .put("type", "BertNormalizer")
            .put("clean_text", true)
            .put("handle_chinese_chars", settings.flag("tokenize_chinese_chars", true))
            .put("lowercase", settings.flag("do_lower_case", true));
    normalizer.set(
        "strip_accents",
        settings.get("strip_accents").isEmpty()
            ? normalizer.nullNode()
            : normalizer.booleanNode(settings.flag("strip_accents", true)));
    tokenizer.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    ObjectNode model = (ObjectNode) tokenizer.get("model");
    model.put("continuing_subword_prefix", "##").put("max_input_chars_per_word", LONGEST_WORD);
    String unknown = token(settings, "unk_token");
    if (model.path("vocab").has(unknown)) {
      model.put("unk_token", unknown);
    }
  }

  /** The steps and ends of a SentencePiece model as XLM-R and CamemBERT have them. */
  void setSentencePiece(ObjectNode tokenizer, JsonObject settings) {
    if (isModel(tokenizer, "Unigram")) {
      PieceSteps.ofSentencePiece(tokenizer, settings.flag("add_prefix_space", true));
    }
    setEnds(tokenizer, settings, "bos_token", "eos_token");
  }

  /** What stands around a text and between two, whatever tokenizer.json says of it. */
  void setEnds(ObjectNode tokenizer, JsonObject settings, String beginKey, String endKey) {
    Map<String, Integer> ids = TokenizerFile.of(tokenizer, settings.where()).ids();
    for (String key : List.of(beginKey, endKey)) {
      if (!ids.containsKey(token(settings, key))) {
        if (settings.get(key).isPresent()) {
          throw settings.wrong(key, "a token that tokenizer.json has");
        }
        return;
      }
    }
    String begin = token(settings, beginKey);
    String end = token(settings, endKey);
    tokenizer.set(
        "post_processor",
        TokenizerFile.template(begin, ids.get(begin), end, ids.get(end), givesPairsInOneSegment()));
  }

  /** Two separators between texts, and no token types; BERT has one, and types. */
  private boolean givesPairsInOneSegment() {
    return !List.of(BERT, DISTILBERT, DEBERTA_V2, ALBERT).contains(this);
  }

  String token(JsonObject settings, String key) {
    return settings.get(key).map(TokenizerFile::content).orElse(ownTokens.get(key));
  }
}
