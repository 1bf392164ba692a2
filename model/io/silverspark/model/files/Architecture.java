package io.silverspark.model.files;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The kinds of encoder that load, encode and train: BERT and its relatives, told by {@code
 * model_type} of config.json. All are the same stack of layers; they differ in the embeddings, in
 * what attention adds to its scores, in a classifier's head and in the names of files.
 */
public enum Architecture {
  /** Devlin et al. 2018, arXiv:1810.04805. Positions, token types, a pooler. */
  BERT("bert", "Bert", "bert."),
  /**
   * Liu et al. 2019, arXiv:1907.11692, and DistilRoBERTa. Positions are counted from the padding id
   * + 1; token types exist but all are 0.
   */
  ROBERTA("roberta", "Roberta", "roberta."),
  /** Conneau et al. 2019, arXiv:1911.02116: RoBERTa for a hundred languages. */
  XLM_ROBERTA("xlm-roberta", "XLMRoberta", "roberta."),
  /** Sanh et al. 2019, arXiv:1910.01108. No token types, a ReLU in a classifier's head. */
  DISTILBERT("distilbert", "DistilBert", "distilbert."),
  /**
   * Song et al. 2020, arXiv:2004.09297. No token types; positions as in RoBERTa, and attention adds
   * a trained number for each head and distance of two tokens.
   */
  MPNET("mpnet", "MPNet", "mpnet.");

  /** Distances of tokens that MPNet tells apart. */
  static final int RELATIVE_BUCKETS = 32;

  private static final String RELATIVE_BIAS = "encoder.relative_attention_bias.weight";

  private final String modelType;
  private final String classPrefix;
  private final String bodyPrefix;

  Architecture(String modelType, String classPrefix, String bodyPrefix) {
    this.modelType = modelType;
    this.classPrefix = classPrefix;
    this.bodyPrefix = bodyPrefix;
  }

  static Optional<Architecture> named(String modelType) {
    return Arrays.stream(values()).filter(each -> each.modelType.equals(modelType)).findFirst();
  }

  static List<String> modelTypes() {
    return Arrays.stream(values()).map(Architecture::modelType).toList();
  }

  /** As in config.json. */
  String modelType() {
    return modelType;
  }

  /** Begin of the names of transformers' classes. */
  String classPrefix() {
    return classPrefix;
  }

  /** What a classifier's file has in front of the encoder's weights. */
  String bodyPrefix() {
    return bodyPrefix;
  }

  /** Name of transformers' class for a classifier. */
  String classifierClass() {
    return classPrefix + "ForSequenceClassification";
  }

  /**
   * Whether a table of token types is added to the words.
   *
   * @return false for DistilBERT and MPNet
   */
  public boolean hasTokenTypes() {
    return this != DISTILBERT && this != MPNET;
  }

  /** Whether the second text of a pair has a token type of its own. */
  boolean tellsTextsApart() {
    return this == BERT;
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
    return this != BERT && this != DISTILBERT;
  }

  /**
   * Whether a classifier's dense layer is the pooler that the encoder was pretrained with.
   *
   * @return true for BERT; the others start it again
   */
  public boolean sharesPooler() {
    return this == BERT;
  }

  /**
   * Names of the weights beside the layers, as {@link ModelFiles#weights()} has them.
   *
   * @return in the order of the forward pass
   */
  public List<String> embeddingNames() {
    List<String> names = new ArrayList<>();
    names.add("embeddings.word_embeddings.weight");
    names.add("embeddings.position_embeddings.weight");
    if (hasTokenTypes()) {
      names.add("embeddings.token_type_embeddings.weight");
    }
    names.add("embeddings.LayerNorm.weight");
    names.add("embeddings.LayerNorm.bias");
    if (hasRelativePositions()) {
      names.add(RELATIVE_BIAS);
    }
    return names;
  }
}
