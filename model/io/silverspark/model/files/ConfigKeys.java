package io.silverspark.model.files;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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

  /** Keys of other features that change a model's numbers, with the value that turns them off. */
  static final Map<String, String> UNSUPPORTED =
      Map.of(
          "is_encoder_decoder", "false",
          "quantization_config", "null",
          "compression_config", "null",
          "pruned_heads", "{}");

  static ConfigKeys of(Architecture architecture) {
    return architecture == Architecture.DISTILBERT ? DISTILBERT : BERT;
  }

  /** Every key that {@link BertConfig} has a component for. */
  List<String> all(boolean hasTokenTypes) {
    List<String> keys =
        new ArrayList<>(
            List.of(
                hiddenSize,
                layers,
                heads,
                intermediateSize,
                hiddenDropout,
                attentionDropout,
                activation,
                "vocab_size",
                "max_position_embeddings",
                "pad_token_id",
                "model_type"));
    if (hasTokenTypes) {
      keys.add("type_vocab_size");
    }
    if (hasLayerNormEps) {
      keys.add("layer_norm_eps");
    }
    return keys;
  }
}
