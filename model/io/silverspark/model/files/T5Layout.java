package io.silverspark.model.files;

import io.silverspark.model.files.EncoderProgram.Slot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The encoder of T5: root mean square norms before the blocks, no biases, scores that are not
 * scaled, and a trained number for each head and distance of two tokens. transformers' classifier
 * needs the decoder too, so there is none here.
 */
final class T5Layout implements EncoderLayout {
  @Override
  public EncoderProgram program(EncoderConfig config, JsonObject keys) {
    long hidden = config.hiddenSize();
    String feedForward = keys.text("feed_forward_proj", "relu");
    boolean gated = keys.flag("is_gated_act", feedForward.startsWith("gated-"));
    List<List<Slot>> layers = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      layers.add(layer("encoder.block." + i + ".layer.", config, keys, gated));
    }
    return EncoderProgram.shared(
        "t5.torchscript",
        constants(config, keys, feedForward),
        List.of(
            Slot.of("shared.weight", config.vocabSize(), hidden),
            Slot.of("encoder.final_layer_norm.weight", hidden),
            Slot.of(
                "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
                buckets(keys),
                config.heads())),
        layers,
        List.of(),
        List.of());
  }

  private static List<Slot> layer(
      String layer, EncoderConfig config, JsonObject keys, boolean gated) {
    long hidden = config.hiddenSize();
    long wide = config.intermediateSize();
    long inner = (long) config.heads() * keys.whole("d_kv", 64, 1);
    String dense = layer + "1.DenseReluDense.";
    return EncoderProgram.slots(
        List.of(Slot.of(layer + "0.layer_norm.weight", hidden)),
        Slot.linear(layer + "0.SelfAttention.q", inner, hidden, false),
        Slot.linear(layer + "0.SelfAttention.k", inner, hidden, false),
        Slot.linear(layer + "0.SelfAttention.v", inner, hidden, false),
        Slot.linear(layer + "0.SelfAttention.o", hidden, inner, false),
        List.of(Slot.of(layer + "1.layer_norm.weight", hidden)),
        Slot.linear(dense + (gated ? "wi_0" : "wi"), wide, hidden, false),
        gated ? Slot.linear(dense + "wi_1", wide, hidden, false) : Slot.none(2),
        Slot.linear(dense + "wo", hidden, wide, false));
  }

  private static int buckets(JsonObject keys) {
    return keys.whole("relative_attention_num_buckets", 32, 4);
  }

  private static Map<String, Object> constants(
      EncoderConfig config, JsonObject keys, String feedForward) {
    int exact = buckets(keys) / 4;
    int farthest = keys.whole("relative_attention_max_distance", 128, exact + 1);
    Map<String, Object> constants = new LinkedHashMap<>();
    constants.put("heads", config.heads());
    constants.put("eps", EncoderProgram.number(config.layerNormEps()));
    constants.put("dropout", EncoderProgram.number(config.hiddenDropout()));
    constants.put("buckets", buckets(keys));
    constants.put("log_range", EncoderProgram.number(Math.log((double) farthest / exact)));
    constants.put("activation", activation(keys, feedForward));
    HeadConstants.put(config, constants, "no_head", 0, "identity");
    constants.put("word_padding", -1); // T5 trains every row
    return constants;
  }

  /** {@code dense_act_fn}, or else what {@code feed_forward_proj} says of it. */
  private static String activation(JsonObject keys, String feedForward) {
    String named =
        feedForward.equals("gated-gelu") ? "gelu_new" : feedForward.replaceFirst("^gated-", "");
    return Activation.method(keys, "dense_act_fn", named);
  }

  @Override
  public boolean headsShareWidth() {
    return false;
  }
}
