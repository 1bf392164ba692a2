package io.silverspark.model.files;

import io.silverspark.model.files.EncoderProgram.Slot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Qwen 2 and 3: rotary positions, several query heads for one key head, gated feed-forward network,
 * root mean square norms before the blocks. A token sees those before it, unless {@code is_causal}
 * is false.
 */
final class QwenLayout implements EncoderLayout {
  private final boolean third;

  /** Qwen 3 norms queries and keys, and its biases are a setting; Qwen 2 has some always. */
  QwenLayout(boolean third) {
    this.third = third;
  }

  @Override
  public EncoderProgram program(EncoderConfig config, JsonObject keys) {
    return GroupedQueries.program(
        "qwen.torchscript", constants(config, keys), config, layer -> layer(layer, config, keys));
  }

  private List<Slot> layer(String layer, EncoderConfig config, JsonObject keys) {
    long hidden = config.hiddenSize();
    long wide = config.intermediateSize();
    long size = headSize(config, keys);
    boolean bias = third ? keys.flag("attention_bias", false) : true;
    boolean outputBias = third && bias;
    long queries = config.heads() * size;
    long keyed = GroupedQueries.keyHeads(config, keys, 32) * size;
    return EncoderProgram.slots(
        List.of(Slot.of(layer + "input_layernorm.weight", hidden)),
        Slot.linear(layer + "self_attn.q_proj", queries, hidden, bias),
        Slot.linear(layer + "self_attn.k_proj", keyed, hidden, bias),
        Slot.linear(layer + "self_attn.v_proj", keyed, hidden, bias),
        Slot.linear(layer + "self_attn.o_proj", hidden, queries, outputBias),
        third
            ? List.of(
                Slot.of(layer + "self_attn.q_norm.weight", size),
                Slot.of(layer + "self_attn.k_norm.weight", size))
            : Slot.none(2),
        List.of(Slot.of(layer + "post_attention_layernorm.weight", hidden)),
        Slot.linear(layer + "mlp.gate_proj", wide, hidden, false),
        Slot.linear(layer + "mlp.up_proj", wide, hidden, false),
        Slot.linear(layer + "mlp.down_proj", hidden, wide, false));
  }

  private int headSize(EncoderConfig config, JsonObject keys) {
    return third
        ? keys.whole("head_dim", 128, 1)
        : keys.whole("head_dim", config.hiddenSize() / config.heads(), 1);
  }

  private Map<String, Object> constants(EncoderConfig config, JsonObject keys) {
    int size = headSize(config, keys);
    Map<String, Object> constants = new LinkedHashMap<>();
    constants.put("heads", config.heads());
    constants.put("key_heads", GroupedQueries.keyHeads(config, keys, 32));
    constants.put("scale", EncoderProgram.scale(size));
    constants.put("eps", EncoderProgram.number(config.layerNormEps()));
    constants.put("attention_dropout", EncoderProgram.number(config.attentionDropout()));
    constants.put("activation", Activation.method(keys, "hidden_act", "silu"));
    constants.put("causal", keys.flag("is_causal", true) ? "True" : "False");
    boolean unlimited = keys.node().path("sliding_window").isNull();
    boolean windowed = keys.flag("use_sliding_window", false) && !unlimited;
    constants.put("window", windowed ? keys.whole("sliding_window", 4096, 1) : 1);
    String local =
        LayerTypes.local(
            keys,
            config.layers(),
            (all, layer) -> windowed && layer >= all.whole("max_window_layers", 28, 0));
    if (!windowed && local.contains("True")) {
      throw keys.wrong(LayerTypes.KEY, "full_attention alone, since use_sliding_window is false");
    }
    constants.put("local", local);
    RotaryPositions.read(config, keys, size, 10_000).put(constants, "");
    constants.put("head_pooling", "last_token");
    HeadConstants.put(config, constants, "linear_head", 0, "identity");
    return constants;
  }

  @Override
  public boolean headsShareWidth() {
    return !third;
  }

  @Override
  public boolean skipsPadding() {
    return true;
  }
}
