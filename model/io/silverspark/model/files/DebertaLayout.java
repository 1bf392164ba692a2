package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.silverspark.model.files.EncoderProgram.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * DeBERTa v2 and v3: attention compares contents with distances too, and some models add a
 * convolution over neighbours to the first layer.
 */
final class DebertaLayout implements EncoderLayout {
  @Override
  public EncoderProgram program(EncoderConfig config, JsonObject keys) {
    long hidden = config.hiddenSize();
    requireWidths(config, keys);
    List<List<Slot>> layers = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      layers.add(layer("encoder.layer." + i + ".", config, keys));
    }
    return EncoderProgram.shared(
        "deberta.torchscript",
        constants(config, keys),
        embeddings(config, keys),
        layers,
        EncoderProgram.slots(
            Slot.linear("pooler.dense", hidden, hidden, true),
            Slot.linear("classifier", config.numLabels(), hidden, true)),
        List.of());
  }

  private static void requireWidths(EncoderConfig config, JsonObject keys) {
    Map<String, Integer> widths =
        Map.of(
            "pooler_hidden_size",
            config.hiddenSize(),
            "attention_head_size",
            config.hiddenSize() / config.heads());
    widths.forEach(
        (key, width) -> {
          if (keys.whole(key, width, 1) != width) {
            throw keys.wrong(key, width + ", the only one supported");
          }
        });
  }

  private static List<Slot> embeddings(EncoderConfig config, JsonObject keys) {
    long hidden = config.hiddenSize();
    long width = keys.whole("embedding_size", config.hiddenSize(), 1);
    boolean relative = relative(keys);
    boolean normed =
        Arrays.stream(keys.text("norm_rel_ebd", "none").toLowerCase(Locale.ROOT).split("\\|"))
            .map(String::strip)
            .anyMatch("layer_norm"::equals);
    int kernel = keys.whole("conv_kernel_size", 0, 0);
    if (kernel % 2 == 0 && kernel > 0) {
      throw keys.wrong("conv_kernel_size", "0 or an odd number");
    }
    return EncoderProgram.slots(
        List.of(
            Slot.of("embeddings.word_embeddings.weight", config.vocabSize(), width),
            keys.flag("position_biased_input", true)
                ? Slot.of("embeddings.position_embeddings.weight", config.maxPositions(), width)
                : Slot.NONE,
            config.typeVocabSize() > 0
                ? Slot.of("embeddings.token_type_embeddings.weight", config.typeVocabSize(), width)
                : Slot.NONE),
        width == hidden ? Slot.none(2) : Slot.linear("embeddings.embed_proj", hidden, width, false),
        Slot.norm("embeddings.LayerNorm", hidden, true),
        relative
            ? List.of(Slot.of("encoder.rel_embeddings.weight", 2L * span(config, keys), hidden))
            : Slot.none(1),
        normed ? Slot.norm("encoder.LayerNorm", hidden, true) : Slot.none(2),
        kernel == 0
            ? Slot.none(4)
            : EncoderProgram.slots(
                List.of(
                    Slot.of("encoder.conv.conv.weight", hidden, hidden / groups(keys), kernel),
                    Slot.of("encoder.conv.conv.bias", hidden)),
                Slot.norm("encoder.conv.LayerNorm", hidden, true)));
  }

  private static List<Slot> layer(String layer, EncoderConfig config, JsonObject keys) {
    long hidden = config.hiddenSize();
    long wide = config.intermediateSize();
    boolean own = relative(keys) && !keys.flag("share_att_key", false);
    String attention = layer + "attention.self.";
    return EncoderProgram.slots(
        Slot.linear(attention + "query_proj", hidden, hidden, true),
        Slot.linear(attention + "key_proj", hidden, hidden, true),
        Slot.linear(attention + "value_proj", hidden, hidden, true),
        own && kinds(keys).contains("c2p")
            ? Slot.linear(attention + "pos_key_proj", hidden, hidden, true)
            : Slot.none(2),
        own && kinds(keys).contains("p2c")
            ? Slot.linear(attention + "pos_query_proj", hidden, hidden, true)
            : Slot.none(2),
        Slot.linear(layer + "attention.output.dense", hidden, hidden, true),
        Slot.norm(layer + "attention.output.LayerNorm", hidden, true),
        Slot.linear(layer + "intermediate.dense", wide, hidden, true),
        Slot.linear(layer + "output.dense", hidden, wide, true),
        Slot.norm(layer + "output.LayerNorm", hidden, true));
  }

  private static Map<String, Object> constants(EncoderConfig config, JsonObject keys) {
    List<String> kinds = kinds(keys);
    boolean relative = relative(keys);
    boolean shared = keys.flag("share_att_key", false);
    int buckets = buckets(keys);
    Map<String, Object> constants = new LinkedHashMap<>();
    constants.put("heads", config.heads());
    constants.put(
        "scale",
        EncoderProgram.scale((double) (config.hiddenSize() / config.heads()) * (1 + kinds.size())));
    constants.put("eps", EncoderProgram.number(config.layerNormEps()));
    constants.put("hidden_dropout", EncoderProgram.number(config.hiddenDropout()));
    constants.put("attention_dropout", EncoderProgram.number(config.attentionDropout()));
    constants.put("activation", Activation.method(keys, "hidden_act", "gelu"));
    constants.put("content_to_place", relative && kinds.contains("c2p") ? "True" : "False");
    constants.put("place_to_content", relative && kinds.contains("p2c") ? "True" : "False");
    constants.put("place_key", shared ? 2 : 6);
    constants.put("place_query", shared ? 0 : 8);
    constants.put("buckets", buckets);
    constants.put("span", span(config, keys));
    double half = Math.max(1, buckets / 2);
    double range = Math.log((farthest(config, keys) - 1) / half);
    constants.put("log_range", EncoderProgram.number(buckets > 0 ? range : 1));
    constants.put("conv_groups", groups(keys));
    constants.put("conv_activation", Activation.method(keys, "conv_act", "tanh"));
    constants.put("pooler_dropout", EncoderProgram.number(keys.number("pooler_dropout", 0, 0, 1)));
    HeadConstants.put(
        config,
        constants,
        "pooled_head",
        config.headDropout(),
        Activation.method(keys, "pooler_hidden_act", "gelu"));
    return constants;
  }

  private static boolean relative(JsonObject keys) {
    return keys.flag("relative_attention", false);
  }

  private static int groups(JsonObject keys) {
    return keys.whole("conv_groups", 1, 1);
  }

  /** How many distances one way have a bucket; 0 where each has its own. */
  private static int buckets(JsonObject keys) {
    int buckets = keys.whole("position_buckets", -1, -1);
    if (buckets == 1) {
      throw keys.wrong("position_buckets", "-1, 0 or a number above 1");
    }
    return Math.max(0, buckets);
  }

  private static int farthest(EncoderConfig config, JsonObject keys) {
    int farthest = keys.whole("max_relative_positions", -1, -1);
    return farthest < 1 ? config.maxPositions() : farthest;
  }

  private static int span(EncoderConfig config, JsonObject keys) {
    return buckets(keys) > 0 ? buckets(keys) : farthest(config, keys);
  }

  /** {@code pos_att_type}, a list or a text with bars. */
  private static List<String> kinds(JsonObject keys) {
    JsonNode types = keys.get("pos_att_type").orElse(null);
    List<String> kinds = new ArrayList<>();
    if (types != null && types.isTextual()) {
      Arrays.stream(types.asText().toLowerCase(Locale.ROOT).split("\\|"))
          .map(String::strip)
          .forEach(kinds::add);
    } else if (types != null) {
      types.forEach(type -> kinds.add(type.asText()));
    }
    kinds.removeIf(String::isEmpty);
    if (kinds.stream().anyMatch(kind -> !kind.equals("c2p") && !kind.equals("p2c"))) {
      throw keys.wrong("pos_att_type", "only c2p and p2c");
    }
    return kinds.stream().distinct().toList();
  }

  @Override
  public boolean limitsPositions(EncoderConfig config) {
    return !Boolean.FALSE.equals(config.otherKeys().get("position_biased_input"));
  }
}
