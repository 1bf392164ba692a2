package io.silverspark.model.files;

import java.util.List;

/**
 * What config.json calls the numbers of an architecture: DistilBERT has names of its own, all
 * others have BERT's.
 *
 * @param hasLayerNormEps whether the file gives it; DistilBERT's is always 1e-12
 */
record ConfigKeys(
    String hiddenSize,
    String layers,
    String heads,
    String intermediateSize,
    String hiddenDropout,
    String attentionDropout,
    String headDropout,
    String activation,
    boolean hasLayerNormEps) {

  private static final ConfigKeys BERT =
      new ConfigKeys(
          "hidden_size",
          "num_hidden_layers",
          "num_attention_heads",
          "intermediate_size",
          "hidden_dropout_prob",
          "attention_probs_dropout_prob",
          "classifier_dropout",
          "hidden_act",
          true);
  private static final ConfigKeys DISTILBERT =
      new ConfigKeys(
          "dim",
          "n_layers",
          "n_heads",
          "hidden_dim",
          "dropout",
          "attention_dropout",
          "seq_classif_dropout",
          "activation",
          false);

  static ConfigKeys of(Architecture architecture) {
    return architecture == Architecture.DISTILBERT ? DISTILBERT : BERT;
  }

  /** Every key that {@link BertConfig} has a component for. */
  List<String> all() {
    return List.of(
        hiddenSize,
        layers,
        heads,
        intermediateSize,
        hiddenDropout,
        attentionDropout,
        activation,
        "vocab_size",
        "max_position_embeddings",
        "type_vocab_size",
        "layer_norm_eps",
        "pad_token_id",
        "num_labels",
        "model_type");
  }
}
