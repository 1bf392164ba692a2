package io.silverspark.model.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.files.EncoderProgram.Slot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Nomic BERT and GTE: BERT with rotary positions and a gated feed-forward network. They differ in
 * the names of the weights and in where biases are.
 */
final class NomicLayout implements EncoderLayout {
  /** BERT's names by GPT-2's. */
  private static final Map<String, String> GPT2_NAMES =
      Map.of(
          "n_embd", "hidden_size",
          "n_layer", "num_hidden_layers",
          "n_head", "num_attention_heads",
          "n_inner", "intermediate_size",
          "n_positions", "max_position_embeddings",
          "layer_norm_epsilon", "layer_norm_eps",
          "rotary_emb_base", "rope_theta");

  private static final String SCALING = "rotary_scaling_factor";

  /** Default of {@code max_trained_positions} in Nomic's code. */
  private static final int TRAINED_POSITIONS = 2048;

  private static final List<String> OTHER_FEATURES =
      List.of(
          "prenorm",
          "causal",
          "parallel_block",
          "qkv_proj_bias",
          "mlp_fc1_bias",
          "mlp_fc2_bias",
          "rotary_emb_interleaved",
          "use_rms_norm",
          "moe_normalize_expert_weights");

  private final boolean gte;

  /** GTE, else Nomic BERT. */
  NomicLayout(boolean gte) {
    this.gte = gte;
  }

  @Override
  public EncoderProgram program(EncoderConfig config, JsonObject keys) {
    long hidden = config.hiddenSize();
    List<List<Slot>> layers = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      layers.add(
          gte ? gteLayer("encoder.layer." + i + ".", config, keys) : nomicLayer(i, config, keys));
    }
    Slot types =
        config.typeVocabSize() == 0
            ? Slot.NONE
            : Slot.of("embeddings.token_type_embeddings.weight", config.typeVocabSize(), hidden);
    List<Slot> pooler = Slot.linear("pooler.dense", hidden, hidden, true);
    return EncoderProgram.shared(
        "nomic.torchscript",
        constants(config, keys),
        EncoderProgram.slots(
            List.of(
                Slot.of("embeddings.word_embeddings.weight", config.vocabSize(), hidden), types),
            Slot.norm(gte ? "embeddings.LayerNorm" : "emb_ln", hidden, true)),
        layers,
        EncoderProgram.slots(pooler, Slot.linear("classifier", config.numLabels(), hidden, true)),
        pooler);
  }

  private List<Slot> nomicLayer(int i, EncoderConfig config, JsonObject keys) {
    String layer = "encoder.layers." + i + ".";
    long hidden = config.hiddenSize();
    long wide = config.intermediateSize();
    long inner = (long) config.heads() * headSize(config, keys);
    return EncoderProgram.slots(
        Slot.linear(layer + "attn.Wqkv", 3 * inner, hidden, false),
        Slot.linear(layer + "attn.out_proj", hidden, inner, false),
        Slot.norm(layer + "norm1", hidden, true),
        Slot.linear(layer + "mlp.fc11", wide, hidden, false),
        Slot.linear(layer + "mlp.fc12", wide, hidden, false),
        Slot.linear(layer + "mlp.fc2", hidden, wide, false),
        Slot.norm(layer + "norm2", hidden, true));
  }

  private List<Slot> gteLayer(String layer, EncoderConfig config, JsonObject keys) {
    long hidden = config.hiddenSize();
    long wide = config.intermediateSize();
    long inner = (long) config.heads() * headSize(config, keys);
    return EncoderProgram.slots(
        Slot.linear(layer + "attention.qkv_proj", 3 * inner, hidden, true),
        Slot.linear(layer + "attention.o_proj", hidden, inner, true),
        Slot.norm(layer + "attn_ln", hidden, true),
        Slot.linear(layer + "mlp.up_gate_proj", 2 * wide, hidden, false),
        Slot.none(2),
        Slot.linear(layer + "mlp.down_proj", hidden, wide, true),
        Slot.norm(layer + "mlp_ln", hidden, true));
  }

  private static int headSize(EncoderConfig config, JsonObject keys) {
    return keys.whole("head_dim", config.hiddenSize() / config.heads(), 2);
  }

  private Map<String, Object> constants(EncoderConfig config, JsonObject keys) {
    Map<String, Object> constants = new LinkedHashMap<>();
    int size = headSize(config, keys);
    constants.put("heads", config.heads());
    constants.put("scale", EncoderProgram.scale(size));
    constants.put("eps", EncoderProgram.number(config.layerNormEps()));
    constants.put("hidden_dropout", EncoderProgram.number(config.hiddenDropout()));
    constants.put("gate_dropout", EncoderProgram.number(gte ? config.hiddenDropout() : 0));
    constants.put("attention_dropout", EncoderProgram.number(config.attentionDropout()));
    constants.put("activation", Activation.method(keys, "hidden_act", gte ? "gelu" : "silu"));
    RotaryPositions positions =
        gte
            ? RotaryPositions.ofGte(config, keys, size, 160_000)
            : RotaryPositions.read(config, keys, size, 1000);
    positions.put(constants, "");
    HeadConstants.put(config, constants, "pooled_head", config.headDropout(), "tanh");
    return constants;
  }

  /** Where Nomic's own code has other positions for longer texts. */
  @Override
  public boolean limitsPositions(EncoderConfig config) {
    return config.otherKeys().get(SCALING) instanceof Number factor && factor.doubleValue() != 0;
  }

  /**
   * The files of Nomic's own code have GPT-2's names. What that code and GTE's can do otherwise is
   * refused.
   */
  @Override
  public JsonObject spelled(JsonObject config) {
    if (!config.text("layer_norm_type", "layer_norm").equals("layer_norm")) {
      throw config.wrong("layer_norm_type", "\"layer_norm\", the only one supported");
    }
    if (config.flag("logn_attention_scale", false)) {
      throw config.wrong("logn_attention_scale", "false, the only one supported");
    }
    if (gte || config.get("n_embd").isEmpty()) {
      return config;
    }
    if (!config.text("activation_function", "swiglu").equals("swiglu")) {
      throw config.wrong("activation_function", "\"swiglu\", the only one supported");
    }
    for (String key : OTHER_FEATURES) {
      if (config.flag(key, false)) {
        throw config.wrong(key, "false, the only one supported");
      }
    }
    if (config.number("rotary_emb_fraction", 1, 0, 1) != 1) {
      throw config.wrong("rotary_emb_fraction", "1, the only one supported");
    }
    if (config.number("rotary_emb_scale_base", 0, 0, Double.MAX_VALUE) != 0) {
      throw config.wrong("rotary_emb_scale_base", "null, the only one supported");
    }
    ObjectNode named = config.node().deepCopy();
    GPT2_NAMES.forEach(
        (key, own) -> config.get(key).ifPresent(value -> named.putIfAbsent(own, value)));
    JsonObject spelled = new JsonObject(named, config.where());
    if (config.number(SCALING, 0, 0, Double.MAX_VALUE) != 0) {
      // Longer texts would turn all positions slower by their own length: they are cut instead.
      int trained = config.whole("max_trained_positions", TRAINED_POSITIONS, 1);
      int positions = spelled.whole("max_position_embeddings", TRAINED_POSITIONS, 1);
      named.put("max_position_embeddings", Math.min(positions, trained));
    }
    return spelled;
  }
}
