package io.silverspark.model.files;

import io.silverspark.model.files.EncoderProgram.Slot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gemma 3: as Qwen 3 with norms before and after the blocks, scaled words, and attention to near
 * tokens alone in most layers. With {@code use_bidirectional_attention} tokens see both sides.
 */
final class GemmaLayout implements EncoderLayout {
  @Override
  public EncoderProgram program(EncoderConfig config, JsonObject keys) {
    return GroupedQueries.program(
        "gemma.torchscript", constants(config, keys), config, layer -> layer(layer, config, keys));
  }

  private static List<Slot> layer(String layer, EncoderConfig config, JsonObject keys) {
    long hidden = config.hiddenSize();
    long wide = config.intermediateSize();
    long size = keys.whole("head_dim", 256, 1);
    long queries = config.heads() * size;
    long keyed = GroupedQueries.keyHeads(config, keys, 4) * size;
    boolean bias = keys.flag("attention_bias", false);
    return EncoderProgram.slots(
        List.of(Slot.of(layer + "input_layernorm.weight", hidden)),
        Slot.linear(layer + "self_attn.q_proj", queries, hidden, bias),
        Slot.linear(layer + "self_attn.k_proj", keyed, hidden, bias),
        Slot.linear(layer + "self_attn.v_proj", keyed, hidden, bias),
        Slot.linear(layer + "self_attn.o_proj", hidden, queries, bias),
        List.of(
            Slot.of(layer + "self_attn.q_norm.weight", size),
            Slot.of(layer + "self_attn.k_norm.weight", size),
            Slot.of(layer + "post_attention_layernorm.weight", hidden),
            Slot.of(layer + "pre_feedforward_layernorm.weight", hidden),
            Slot.of(layer + "post_feedforward_layernorm.weight", hidden)),
        Slot.linear(layer + "mlp.gate_proj", wide, hidden, false),
        Slot.linear(layer + "mlp.up_proj", wide, hidden, false),
        Slot.linear(layer + "mlp.down_proj", hidden, wide, false));
  }

  private static Map<String, Object> constants(EncoderConfig config, JsonObject keys) {
    boolean bothSides = keys.flag("use_bidirectional_attention", false);
    if (!bothSides && !keys.flag("is_causal", true)) {
      throw keys.wrong("is_causal", "true, or use_bidirectional_attention");
    }
    int window = keys.whole("sliding_window", 4096, 1);
    Map<String, Object> constants = new LinkedHashMap<>();
    constants.put("heads", config.heads());
    constants.put("key_heads", GroupedQueries.keyHeads(config, keys, 4));
    int size = keys.whole("head_dim", 256, 2);
    constants.put(
        "scale", EncoderProgram.scale(keys.number("query_pre_attn_scalar", 256, 1e-6, 1e9)));
    constants.put("word_scale", EncoderProgram.number((float) Math.sqrt(config.hiddenSize())));
    constants.put("eps", EncoderProgram.number(config.layerNormEps()));
    constants.put("attention_dropout", EncoderProgram.number(config.attentionDropout()));
    constants.put("activation", Activation.method(keys, "hidden_activation", "gelu_pytorch_tanh"));
    constants.put("causal", bothSides ? "False" : "True");
    constants.put("window", bothSides ? window / 2 + 1 : window);
    constants.put("local", LayerTypes.local(keys, config.layers(), GemmaLayout::isLocal));
    RotaryPositions.ofLayerType(config, keys, size, "full_attention", "rope_theta", 1_000_000, true)
        .put(constants, "global_");
    RotaryPositions.ofLayerType(
            config, keys, size, "sliding_attention", "rope_local_base_freq", 10_000, false)
        .put(constants, "local_");
    constants.put("head_pooling", "last_token");
    HeadConstants.put(config, constants, "linear_head", 0, "identity");
    return constants;
  }

  private static boolean isLocal(JsonObject keys, int layer) {
    return (layer + 1) % keys.whole("sliding_window_pattern", 6, 1) != 0;
  }

  @Override
  public boolean skipsPadding() {
    return true;
  }
}
