package io.silverspark.model.files;

import io.silverspark.model.files.EncoderProgram.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** ALBERT: ELECTRA's embeddings, and layers that share their weights in groups. */
final class AlbertLayout implements EncoderLayout {
  @Override
  public EncoderProgram program(EncoderConfig config, JsonObject keys) {
    long hidden = config.hiddenSize();
    long narrow = keys.whole("embedding_size", 128, 1);
    int groups = keys.whole("num_hidden_groups", 1, 1);
    if (keys.whole("inner_group_num", 1, 1) != 1) {
      throw keys.wrong("inner_group_num", "1, the only one supported");
    }
    if (groups > config.layers()) {
      throw keys.wrong("num_hidden_groups", "at most num_hidden_layers, " + config.layers());
    }
    List<List<Slot>> layers = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      int group = (int) (i / ((double) config.layers() / groups));
      String name = "encoder.albert_layer_groups.%d.albert_layers.0.".formatted(group);
      layers.add(layer(name, config));
    }
    List<Slot> pooler = Slot.linear("pooler", hidden, hidden, true);
    Map<String, Object> constants = ElectraLayout.constants(config, keys, "gelu_new");
    constants.put("output_dropout", EncoderProgram.number(0));
    HeadConstants.put(config, constants, "pooled_head", config.headDropout(), "tanh");
    return EncoderProgram.shared(
        "electra.torchscript",
        constants,
        EncoderProgram.slots(
            ElectraLayout.embeddings(config, narrow),
            Slot.linear("encoder.embedding_hidden_mapping_in", hidden, narrow, true)),
        layers,
        EncoderProgram.slots(pooler, Slot.linear("classifier", config.numLabels(), hidden, true)),
        pooler);
  }

  private static List<Slot> layer(String layer, EncoderConfig config) {
    long hidden = config.hiddenSize();
    long wide = config.intermediateSize();
    return EncoderProgram.slots(
        Slot.linear(layer + "attention.query", hidden, hidden, true),
        Slot.linear(layer + "attention.key", hidden, hidden, true),
        Slot.linear(layer + "attention.value", hidden, hidden, true),
        Slot.linear(layer + "attention.dense", hidden, hidden, true),
        Slot.norm(layer + "attention.LayerNorm", hidden, true),
        Slot.linear(layer + "ffn", wide, hidden, true),
        Slot.linear(layer + "ffn_output", hidden, wide, true),
        Slot.norm(layer + "full_layer_layer_norm", hidden, true));
  }

  @Override
  public boolean limitsPositions(EncoderConfig config) {
    return true;
  }
}
