package io.silverspark.model.files;

import io.silverspark.model.files.EncoderProgram.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * BERT and those relatives that have its layers: RoBERTa, XLM-R, CamemBERT, DistilBERT and MPNet.
 * They differ in the embeddings, in what attention adds to its scores and in a classifier's head.
 */
final class BertLayout implements EncoderLayout {
  static final BertLayout INSTANCE = new BertLayout();

  private BertLayout() {}

  @Override
  public EncoderProgram program(EncoderConfig config, JsonObject keys) {
    List<List<Slot>> layers = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      layers.add(layer("encoder.layer." + i + ".", config));
    }
    long hidden = config.hiddenSize();
    List<Slot> dense = Slot.linear("pooler.dense", hidden, hidden, true);
    return new EncoderProgram(
        List.of("bert.torchscript"),
        "Bert",
        constants(config),
        embeddings(config),
        layers,
        EncoderProgram.slots(dense, Slot.linear("classifier", config.numLabels(), hidden, true)),
        dense);
  }

  private static List<Slot> embeddings(EncoderConfig config) {
    Architecture architecture = config.architecture();
    long hidden = config.hiddenSize();
    List<Slot> slots = new ArrayList<>();
    slots.add(Slot.of("embeddings.word_embeddings.weight", config.vocabSize(), hidden));
    slots.add(Slot.of("embeddings.position_embeddings.weight", config.maxPositions(), hidden));
    if (architecture.hasTokenTypes()) {
      slots.add(Slot.of("embeddings.token_type_embeddings.weight", config.typeVocabSize(), hidden));
    }
    slots.addAll(Slot.norm("embeddings.LayerNorm", hidden, true));
    if (architecture.hasRelativePositions()) {
      slots.add(
          Slot.of(
              "encoder.relative_attention_bias.weight",
              Architecture.RELATIVE_BUCKETS,
              config.heads()));
    }
    return slots;
  }

  /** A layer under BERT's names, which ELECTRA has too. */
  static List<Slot> layer(String layer, EncoderConfig config) {
    long hidden = config.hiddenSize();
    long wide = config.intermediateSize();
    return EncoderProgram.slots(
        Slot.linear(layer + "attention.self.query", hidden, hidden, true),
        Slot.linear(layer + "attention.self.key", hidden, hidden, true),
        Slot.linear(layer + "attention.self.value", hidden, hidden, true),
        Slot.linear(layer + "attention.output.dense", hidden, hidden, true),
        Slot.norm(layer + "attention.output.LayerNorm", hidden, true),
        Slot.linear(layer + "intermediate.dense", wide, hidden, true),
        Slot.linear(layer + "output.dense", hidden, wide, true),
        Slot.norm(layer + "output.LayerNorm", hidden, true));
  }

  private static Map<String, Object> constants(EncoderConfig config) {
    Architecture architecture = config.architecture();
    boolean types = architecture.hasTokenTypes();
    return Map.ofEntries(
        Map.entry("layers", config.layers()),
        Map.entry("heads", config.heads()),
        Map.entry("eps", EncoderProgram.number(config.layerNormEps())),
        Map.entry("hidden_dropout", EncoderProgram.number(config.hiddenDropout())),
        Map.entry("attention_dropout", EncoderProgram.number(config.attentionDropout())),
        Map.entry("classifier_dropout", EncoderProgram.number(config.headDropout())),
        Map.entry("padding", config.positionPadding().orElse(0)),
        Map.entry("word_padding", config.wordPadding()),
        Map.entry(
            "positions",
            config.positionPadding().isPresent() ? "counted_positions" : "plain_positions"),
        Map.entry("embed", types ? "embed_typed" : "embed_untyped"),
        Map.entry("norm", types ? 3 : 2),
        Map.entry(
            "scores", architecture.hasRelativePositions() ? "relative_scores" : "plain_scores"),
        Map.entry("classify", headMethod(architecture)));
  }

  private static String headMethod(Architecture architecture) {
    return switch (architecture) {
      case BERT -> "pooled_head";
      case DISTILBERT -> "relu_head";
      default -> "dropped_head";
    };
  }

  @Override
  public boolean limitsPositions(EncoderConfig config) {
    return true;
  }
}
