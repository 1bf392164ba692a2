package io.silverspark.model.files;

import io.silverspark.model.files.EncoderProgram.Slot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** ELECTRA: BERT's layers over words that may be narrower than the hidden state. */
final class ElectraLayout implements EncoderLayout {
  @Override
  public EncoderProgram program(EncoderConfig config, JsonObject keys) {
    long hidden = config.hiddenSize();
    long narrow = keys.whole("embedding_size", 128, 1);
    List<List<Slot>> layers = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      layers.add(BertLayout.layer("encoder.layer." + i + ".", config));
    }
    Map<String, Object> constants = constants(config, keys, "gelu");
    constants.put("output_dropout", EncoderProgram.number(config.hiddenDropout()));
    constants.put("pooler_dropout", EncoderProgram.number(config.headDropout()));
    HeadConstants.put(config, constants, "pooled_head", config.headDropout(), "gelu");
    return EncoderProgram.shared(
        "electra.torchscript",
        constants,
        EncoderProgram.slots(
            embeddings(config, narrow),
            narrow == hidden
                ? Slot.none(2)
                : Slot.linear("embeddings_project", hidden, narrow, true)),
        layers,
        EncoderProgram.slots(
            Slot.linear("pooler.dense", hidden, hidden, true),
            Slot.linear("classifier", config.numLabels(), hidden, true)),
        List.of());
  }

  /** The tables of ELECTRA and ALBERT. */
  static List<Slot> embeddings(EncoderConfig config, long width) {
    return EncoderProgram.slots(
        List.of(
            Slot.of("embeddings.word_embeddings.weight", config.vocabSize(), width),
            Slot.of("embeddings.position_embeddings.weight", config.maxPositions(), width),
            Slot.of("embeddings.token_type_embeddings.weight", config.typeVocabSize(), width)),
        Slot.norm("embeddings.LayerNorm", width, true));
  }

  /** What the program of ELECTRA and ALBERT takes, but for the head. */
  static Map<String, Object> constants(EncoderConfig config, JsonObject keys, String activation) {
    Map<String, Object> constants = new LinkedHashMap<>();
    constants.put("heads", config.heads());
    constants.put("scale", EncoderProgram.scale((double) config.hiddenSize() / config.heads()));
    constants.put("eps", EncoderProgram.number(config.layerNormEps()));
    constants.put("hidden_dropout", EncoderProgram.number(config.hiddenDropout()));
    constants.put("attention_dropout", EncoderProgram.number(config.attentionDropout()));
    constants.put("activation", Activation.method(keys, "hidden_act", activation));
    return constants;
  }

  @Override
  public boolean limitsPositions(EncoderConfig config) {
    return true;
  }
}
