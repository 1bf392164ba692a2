package io.silverspark.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.RecomputedLayers;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.List;
import java.util.Map;

/**
 * A bi-encoder: one row for each text.
 *
 * @param encoder stays owned by the caller
 * @param layers whose embeddings follow that of the last layer in each row
 */
record EmbeddingModel(SentenceEncoder encoder, List<Integer> layers) implements TrainableModel {
  @Override
  public NDManager manager() {
    return encoder.manager();
  }

  @Override
  public Map<String, NDArray> parameters() {
    return encoder.parameters();
  }

  @Override
  public Precision precision() {
    return encoder.precision();
  }

  @Override
  public List<RecomputedLayers> recomputed() {
    return List.of(encoder.recomputed());
  }

  @Override
  public void parametersChanged() {
    encoder.parametersChanged();
  }

  @Override
  public TrainableModel withLayers(List<Integer> others) {
    return new EmbeddingModel(encoder, others);
  }

  @Override
  public NDList forward(NDManager scope, List<List<TokenizedText>> passes) {
    return layers.isEmpty()
        ? encoder.embedRecorded(scope, passes)
        : encoder.embedRecorded(scope, passes, layers);
  }
}
