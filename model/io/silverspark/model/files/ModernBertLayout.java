package io.silverspark.model.files;

import io.silverspark.model.files.EncoderProgram.Slot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Warner et al. 2024, arXiv:2412.13663: rotary positions, a gated feed-forward network, norms
 * before the blocks, and attention to all tokens in some layers and to near ones in the others.
 */
final class ModernBertLayout implements EncoderLayout {
  @Override
  public EncoderProgram program(EncoderConfig config, JsonObject keys) {
    long hidden = config.hiddenSize();
    boolean normBias = keys.flag("norm_bias", false);
    List<List<Slot>> layers = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      layers.add(layer(i, config, keys, normBias));
    }
    return EncoderProgram.shared(
        "modernbert.torchscript",
        constants(config, keys),
        EncoderProgram.slots(
            List.of(Slot.of("embeddings.tok_embeddings.weight", config.vocabSize(), hidden)),
            Slot.norm("embeddings.norm", hidden, normBias),
            Slot.norm("final_norm", hidden, normBias)),
        layers,
        EncoderProgram.slots(
            Slot.linear("head.dense", hidden, hidden, keys.flag("classifier_bias", false)),
            Slot.norm("head.norm", hidden, normBias),
            Slot.linear("classifier", config.numLabels(), hidden, true)),
        List.of());
  }

  private static List<Slot> layer(int i, EncoderConfig config, JsonObject keys, boolean normBias) {
    String layer = "layers." + i + ".";
    long hidden = config.hiddenSize();
    long wide = config.intermediateSize();
    boolean attentionBias = keys.flag("attention_bias", false);
    boolean mlpBias = keys.flag("mlp_bias", false);
    return EncoderProgram.slots(
        i == 0 ? Slot.none(2) : Slot.norm(layer + "attn_norm", hidden, normBias),
        Slot.linear(layer + "attn.Wqkv", 3 * hidden, hidden, attentionBias),
        Slot.linear(layer + "attn.Wo", hidden, hidden, attentionBias),
        Slot.norm(layer + "mlp_norm", hidden, normBias),
        Slot.linear(layer + "mlp.Wi", 2 * wide, hidden, mlpBias),
        Slot.linear(layer + "mlp.Wo", hidden, wide, mlpBias));
  }

  private static Map<String, Object> constants(EncoderConfig config, JsonObject keys) {
    Map<String, Object> constants = new LinkedHashMap<>();
    constants.put("heads", config.heads());
    constants.put("scale", EncoderProgram.scale((double) config.hiddenSize() / config.heads()));
    constants.put("eps", EncoderProgram.number(config.layerNormEps()));
    constants.put(
        "embedding_dropout", EncoderProgram.number(keys.number("embedding_dropout", 0, 0, 1)));
    constants.put("attention_dropout", EncoderProgram.number(config.attentionDropout()));
    constants.put("mlp_dropout", EncoderProgram.number(config.hiddenDropout()));
    constants.put("activation", Activation.method(keys, "hidden_activation", "gelu"));
    constants.put("local", LayerTypes.local(keys, config.layers(), ModernBertLayout::isLocal));
    constants.put("window", keys.whole("local_attention", 128, 0) / 2);
    int size = config.hiddenSize() / config.heads();
    RotaryPositions.ofLayerType(
            config, keys, size, "full_attention", "global_rope_theta", 160_000, true)
        .put(constants, "global_");
    RotaryPositions.ofLayerType(
            config, keys, size, "sliding_attention", "local_rope_theta", 10_000, true)
        .put(constants, "local_");
    HeadConstants.put(
        config,
        constants,
        "modernbert_head",
        config.headDropout(),
        Activation.method(keys, "classifier_activation", "gelu"));
    constants.put("head_pooling", pooling(keys));
    return constants;
  }

  /** Older files say how many layers there are from one with global attention to the next. */
  private static boolean isLocal(JsonObject keys, int layer) {
    return layer % keys.whole("global_attn_every_n_layers", 3, 1) != 0;
  }

  private static String pooling(JsonObject keys) {
    return switch (keys.text("classifier_pooling", "cls")) {
      case "cls" -> "first_token";
      case "mean" -> "mean_token";
      default -> throw keys.wrong("classifier_pooling", "\"cls\" or \"mean\"");
    };
  }
}
