package io.silverspark.model.files;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What config.json calls the numbers that every encoder has, and what transformers takes where the
 * file says nothing. An empty name stands for a number that the file never has: it is always the
 * one beside it.
 *
 * @param activation key of the one activation that the architecture has here, gelu; empty where
 *     several are read
 * @param headDropout dropout of a classifier's head; without a default it is the hidden dropout
 * @param maxPositions default of max_position_embeddings; {@link #UNLIMITED}: the file has none
 * @param typeVocabSize default of type_vocab_size; empty where there are no token types
 * @param padTokenId default of pad_token_id, -1: none
 * @param otherDropouts further keys that are switched off with the hidden dropout
 */
record ConfigKeys(
    String hiddenSize,
    String layers,
    String heads,
    String intermediateSize,
    Real hiddenDropout,
    Real attentionDropout,
    Real headDropout,
    String activation,
    Real normEps,
    int maxPositions,
    Optional<Integer> typeVocabSize,
    int padTokenId,
    List<String> otherDropouts) {

  /** A number of the file: its key and the value where the key is absent. */
  record Real(String key, double fallback) {}

  /** Positions of an encoder that counts them as far as a text goes. */
  static final int UNLIMITED = 1 << 30;

  private static final Real NO_DROPOUT = new Real("", 0);
  private static final Real HIDDEN_DROPOUT = new Real("hidden_dropout_prob", 0.1);
  private static final Real ATTENTION_DROPOUT = new Real("attention_probs_dropout_prob", 0.1);
  private static final Real HEAD_DROPOUT = new Real("classifier_dropout", Double.NaN);
  private static final Optional<Integer> TWO_TYPES = Optional.of(2);

  static final ConfigKeys BERT =
      of(HIDDEN_DROPOUT, ATTENTION_DROPOUT, HEAD_DROPOUT, new Real("layer_norm_eps", 1e-12))
          .withActivation("hidden_act")
          .withPositions(512, TWO_TYPES, 0);

  /** Positions count from the padding token, which is 1 unless the file says another. */
  static final ConfigKeys ROBERTA = BERT.withPositions(512, TWO_TYPES, 1);

  static final ConfigKeys MPNET = BERT.withPositions(512, Optional.empty(), 1);

  static final ConfigKeys DISTILBERT =
      new ConfigKeys(
          "dim",
          "n_layers",
          "n_heads",
          "hidden_dim",
          new Real("dropout", 0.1),
          new Real("attention_dropout", 0.1),
          new Real("seq_classif_dropout", 0.2),
          "activation",
          new Real("", 1e-12),
          512,
          Optional.empty(),
          0,
          List.of());

  static final ConfigKeys MODERNBERT =
      of(
              new Real("mlp_dropout", 0),
              new Real("attention_dropout", 0),
              new Real("classifier_dropout", 0),
              new Real("norm_eps", 1e-5))
          .withPositions(8192, Optional.empty(), 50283)
          .withOtherDropouts("embedding_dropout");

  static final ConfigKeys DEBERTA =
      of(
              HIDDEN_DROPOUT,
              ATTENTION_DROPOUT,
              new Real("cls_dropout", Double.NaN),
              new Real("layer_norm_eps", 1e-7))
          .withPositions(512, Optional.of(0), 0)
          .withOtherDropouts("pooler_dropout");

  static final ConfigKeys ELECTRA =
      of(HIDDEN_DROPOUT, ATTENTION_DROPOUT, HEAD_DROPOUT, new Real("layer_norm_eps", 1e-12))
          .withPositions(512, TWO_TYPES, 0);

  static final ConfigKeys ALBERT =
      of(
              new Real("hidden_dropout_prob", 0),
              new Real("attention_probs_dropout_prob", 0),
              new Real("classifier_dropout_prob", 0.1),
              new Real("layer_norm_eps", 1e-12))
          .withPositions(512, TWO_TYPES, 0);

  static final ConfigKeys NOMIC =
      of(
              new Real("hidden_dropout_prob", 0),
              new Real("attention_probs_dropout_prob", 0),
              HEAD_DROPOUT,
              new Real("layer_norm_eps", 1e-12))
          .withPositions(2048, TWO_TYPES, 0);

  static final ConfigKeys GTE =
      of(
              HIDDEN_DROPOUT,
              new Real("attention_probs_dropout_prob", 0),
              HEAD_DROPOUT,
              new Real("layer_norm_eps", 1e-12))
          .withPositions(8192, Optional.of(1), 1);

  static final ConfigKeys QWEN =
      of(NO_DROPOUT, new Real("attention_dropout", 0), NO_DROPOUT, new Real("rms_norm_eps", 1e-6))
          .withPositions(32768, Optional.empty(), -1);

  static final ConfigKeys GEMMA =
      of(NO_DROPOUT, new Real("attention_dropout", 0), NO_DROPOUT, new Real("rms_norm_eps", 1e-6))
          .withPositions(131_072, Optional.empty(), 0);

  static final ConfigKeys T5 =
      new ConfigKeys(
          "d_model",
          "num_layers",
          "num_heads",
          "d_ff",
          new Real("dropout_rate", 0.1),
          NO_DROPOUT,
          NO_DROPOUT,
          "",
          new Real("layer_norm_epsilon", 1e-6),
          UNLIMITED,
          Optional.empty(),
          0,
          List.of());

  /** There is no config.json. */
  static final ConfigKeys STATIC = of(NO_DROPOUT, NO_DROPOUT, NO_DROPOUT, NO_DROPOUT);

  /** Keys of other features that change a model's numbers, with the value that turns them off. */
  static final Map<String, String> UNSUPPORTED =
      Map.of(
          "is_encoder_decoder", "false",
          "quantization_config", "null",
          "compression_config", "null",
          "pruned_heads", "{}");

  private static ConfigKeys of(Real hidden, Real attention, Real head, Real normEps) {
    return new ConfigKeys(
        "hidden_size",
        "num_hidden_layers",
        "num_attention_heads",
        "intermediate_size",
        hidden,
        attention,
        head,
        "",
        normEps,
        UNLIMITED,
        Optional.empty(),
        -1,
        List.of());
  }

  private ConfigKeys withActivation(String key) {
    return new ConfigKeys(
        hiddenSize,
        layers,
        heads,
        intermediateSize,
        hiddenDropout,
        attentionDropout,
        headDropout,
        key,
        normEps,
        maxPositions,
        typeVocabSize,
        padTokenId,
        otherDropouts);
  }

  private ConfigKeys withPositions(int positions, Optional<Integer> types, int padding) {
    return new ConfigKeys(
        hiddenSize,
        layers,
        heads,
        intermediateSize,
        hiddenDropout,
        attentionDropout,
        headDropout,
        activation,
        normEps,
        positions,
        types,
        padding,
        otherDropouts);
  }

  private ConfigKeys withOtherDropouts(String... keys) {
    return new ConfigKeys(
        hiddenSize,
        layers,
        heads,
        intermediateSize,
        hiddenDropout,
        attentionDropout,
        headDropout,
        activation,
        normEps,
        maxPositions,
        typeVocabSize,
        padTokenId,
        List.of(keys));
  }

  /** How many token types a file may have; 0 where the table may be missing. */
  int fewestTypes() {
    return typeVocabSize.filter(types -> types < 2).isPresent() ? 0 : 1;
  }

  /** Every key that {@link EncoderConfig} has a component for. */
  List<String> all() {
    List<String> keys =
        new ArrayList<>(
            List.of(
                hiddenSize,
                layers,
                heads,
                intermediateSize,
                hiddenDropout.key(),
                attentionDropout.key(),
                activation,
                normEps.key(),
                "vocab_size",
                "pad_token_id",
                "model_type"));
    if (maxPositions != UNLIMITED) {
      keys.add("max_position_embeddings");
    }
    if (typeVocabSize.isPresent()) {
      keys.add("type_vocab_size");
    }
    return keys;
  }
}
