package io.silverspark.model.files;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The kinds of encoder that load, encode and train, told by {@code model_type} of config.json. What
 * one reads of its files and which program runs it is its layout.
 */
public enum Architecture {
  /** Devlin et al. 2018, arXiv:1810.04805. Positions, token types, a pooler. */
  BERT("bert", "Bert", "bert.", ConfigKeys.BERT, BertLayout.INSTANCE),
  /**
   * Liu et al. 2019, arXiv:1907.11692, and DistilRoBERTa. Positions are counted from the padding id
   * + 1; token types exist but all are 0.
   */
  ROBERTA("roberta", "Roberta", "roberta.", ConfigKeys.ROBERTA, BertLayout.INSTANCE),
  /** Conneau et al. 2019, arXiv:1911.02116: RoBERTa for a hundred languages. */
  XLM_ROBERTA("xlm-roberta", "XLMRoberta", "roberta.", ConfigKeys.ROBERTA, BertLayout.INSTANCE),
  /** Martin et al. 2019, arXiv:1911.03894: RoBERTa for French. */
  CAMEMBERT("camembert", "Camembert", "roberta.", ConfigKeys.ROBERTA, BertLayout.INSTANCE),
  /** Sanh et al. 2019, arXiv:1910.01108. No token types, a ReLU in a classifier's head. */
  DISTILBERT("distilbert", "DistilBert", "distilbert.", ConfigKeys.DISTILBERT, BertLayout.INSTANCE),
  /**
   * Song et al. 2020, arXiv:2004.09297. No token types; positions as in RoBERTa, and attention adds
   * a trained number for each head and distance of two tokens.
   */
  MPNET("mpnet", "MPNet", "mpnet.", ConfigKeys.MPNET, BertLayout.INSTANCE),
  /** Warner et al. 2024, arXiv:2412.13663. */
  MODERNBERT("modernbert", "ModernBert", "model.", ConfigKeys.MODERNBERT, new ModernBertLayout()),
  /** He et al. 2021, arXiv:2111.09543 (v3) and arXiv:2006.03654. */
  DEBERTA_V2("deberta-v2", "DebertaV2", "deberta.", ConfigKeys.DEBERTA, new DebertaLayout()),
  /** Clark et al. 2020, arXiv:2003.10555. */
  ELECTRA("electra", "Electra", "electra.", ConfigKeys.ELECTRA, new ElectraLayout()),
  /** Lan et al. 2019, arXiv:1909.11942. */
  ALBERT("albert", "Albert", "albert.", ConfigKeys.ALBERT, new AlbertLayout()),
  /** Nussbaum et al. 2024, arXiv:2402.01613. */
  NOMIC_BERT("nomic_bert", "NomicBert", "nomic_bert.", ConfigKeys.NOMIC, new NomicLayout(false)),
  /** Zhang et al. 2024, arXiv:2407.19669, as transformers has it. */
  GTE("gte", "Gte", "gte.", ConfigKeys.GTE, new NomicLayout(true)),
  /** The same in the files that came with Python code of their own. */
  NEW("new", "New", "new.", ConfigKeys.GTE, new NomicLayout(true)),
  /** Yang et al. 2024, arXiv:2407.10671: each token sees those before it. */
  QWEN2("qwen2", "Qwen2", "model.", ConfigKeys.QWEN, new QwenLayout(false)),
  /** Yang et al. 2025, arXiv:2505.09388. */
  QWEN3("qwen3", "Qwen3", "model.", ConfigKeys.QWEN, new QwenLayout(true)),
  /** Vera et al. 2025, arXiv:2509.20354: Gemma 3 that sees both sides. */
  GEMMA3_TEXT("gemma3_text", "Gemma3Text", "model.", ConfigKeys.GEMMA, new GemmaLayout()),
  /** Raffel et al. 2019, arXiv:1910.10683, and Ni et al. 2021, arXiv:2108.08877: its encoder. */
  T5("t5", "T5", "", ConfigKeys.T5, new T5Layout()),
  /** sentence-transformers' StaticEmbedding and Model2Vec, told by modules.json. */
  STATIC("static", "Static", "", ConfigKeys.STATIC, new StaticLayout());

  /** Distances of tokens that MPNet tells apart. */
  static final int RELATIVE_BUCKETS = 32;

  private final String modelType;
  private final String classPrefix;
  private final String bodyPrefix;
  private final ConfigKeys keys;
  private final EncoderLayout layout;

  Architecture(
      String modelType,
      String classPrefix,
      String bodyPrefix,
      ConfigKeys keys,
      EncoderLayout layout) {
    this.modelType = modelType;
    this.classPrefix = classPrefix;
    this.bodyPrefix = bodyPrefix;
    this.keys = keys;
    this.layout = layout;
  }

  static Optional<Architecture> named(String modelType) {
    return Arrays.stream(values()).filter(each -> each.modelType.equals(modelType)).findFirst();
  }

  static List<String> modelTypes() {
    return Arrays.stream(values())
        .filter(each -> each != STATIC)
        .map(Architecture::modelType)
        .toList();
  }

  /** As in config.json. */
  String modelType() {
    return modelType;
  }

  /** What config.json calls the numbers that every encoder has. */
  ConfigKeys keys() {
    return keys;
  }

  /** The program and its weights. */
  EncoderLayout layout() {
    return layout;
  }

  /**
   * Whether the layers are BERT's, so that a language model can stand on them and 8-bit products
   * are there.
   *
   * @return true for BERT, RoBERTa, XLM-R, CamemBERT, DistilBERT and MPNet
   */
  public boolean isBert() {
    return layout == BertLayout.INSTANCE;
  }

  /** Begin of the names of transformers' classes. */
  String classPrefix() {
    return classPrefix;
  }

  /** What a classifier's file has in front of the encoder's weights. */
  String bodyPrefix() {
    return bodyPrefix;
  }

  /** Begin of the names of all classes of the family, some of which are for other tasks. */
  String family() {
    return this == GEMMA3_TEXT ? "Gemma3" : classPrefix;
  }

  /** Name of transformers' class for the encoder alone. */
  String encoderClass() {
    return classPrefix + (this == T5 ? "EncoderModel" : "Model");
  }

  /** Whether a file may say so of the whole model, whose encoder alone is used. */
  boolean halfOf(String key) {
    return this == T5 && key.equals("is_encoder_decoder");
  }

  /** Name of transformers' class for a masked language model. */
  String maskedClass() {
    return classPrefix + "ForMaskedLM";
  }

  /** Name of transformers' class for a classifier. */
  String classifierClass() {
    return classPrefix + "ForSequenceClassification";
  }

  /**
   * Whether a table of token types is added to the words.
   *
   * @return false for DistilBERT and MPNet among others
   */
  public boolean hasTokenTypes() {
    return keys.typeVocabSize().isPresent();
  }

  /** Whether token types can change a vector, or pairs of texts are known to have none. */
  boolean readsTokenTypes() {
    return isBert() || hasTokenTypes();
  }

  /** Whether the second text of a pair has a token type of its own. */
  boolean tellsTextsApart() {
    return this == BERT || (!isBert() && hasTokenTypes());
  }

  /**
   * Whether attention adds numbers for the distance of two tokens.
   *
   * @return true for MPNet
   */
  public boolean hasRelativePositions() {
    return this == MPNET;
  }

  /** Whether the first token's position follows the padding id instead of being 0. */
  boolean countsFromPadding() {
    return List.of(ROBERTA, XLM_ROBERTA, CAMEMBERT, MPNET).contains(this);
  }

  /**
   * Whether a classifier's dense layer is the pooler that the encoder was pretrained with.
   *
   * @return true for BERT; the others start it again
   */
  public boolean sharesPooler() {
    return this == BERT || this == ALBERT || this == NOMIC_BERT || this == GTE || this == NEW;
  }
}
