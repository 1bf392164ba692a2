package io.silverspark.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.RecomputedLayers;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.List;
import java.util.Map;

/** What a {@link Trainer} needs of a model: a differentiable forward pass and its weights. */
public interface TrainableModel {
  /** Owner of the model's native memory; its sub-managers hold the batches. */
  NDManager manager();

  /** Trainable weights by name, float32, in a stable order; they stay owned by the model. */
  Map<String, NDArray> parameters();

  /** Number format of the matrix products; float16 makes the trainer scale the loss. */
  Precision precision();

  /** Called after the weights changed in place. */
  void parametersChanged();

  /** Gradient checkpointing of its encoders; empty if it has none. */
  default List<RecomputedLayers> recomputed() {
    return List.of();
  }

  /**
   * Runs the model with dropout while gradients are recorded.
   *
   * @param scope owns the result
   * @param passes the texts of each pass, at least one; each is padded to its longest
   * @return for each pass one row per text [N, D]
   */
  NDList forward(NDManager scope, List<List<TokenizedText>> passes);

  /**
   * The same model, whose rows hold the embeddings of earlier layers beside that of the last.
   *
   * @param layers hidden states, see {@link io.silverspark.model.loss.SentenceLoss#layers()}
   * @return this model if there are none
   * @throws IllegalArgumentException if there are and this model makes no embeddings of them
   */
  default TrainableModel withLayers(List<Integer> layers) {
    if (!layers.isEmpty()) {
      throw new IllegalArgumentException("only a bi-encoder gives the embeddings of its layers");
    }
    return this;
  }

  /**
   * Runs the texts of all columns of one batch. A model that makes no embeddings, such as a
   * language model, has its own columns and its own way.
   *
   * @param scope owns the result
   * @param columns texts by column, all of the same size
   * @return what the loss takes, one array per column
   */
  default LengthSortedPasses.Output run(NDManager scope, List<List<TokenizedText>> columns) {
    return LengthSortedPasses.on(manager().getDevice()).run(this, scope, columns);
  }

  /**
   * A bi-encoder: one embedding per text.
   *
   * @param encoder stays owned by the caller
   */
  static TrainableModel of(SentenceEncoder encoder) {
    return new EmbeddingModel(encoder, List.of());
  }

  /**
   * A cross-encoder: one row of logits per pair.
   *
   * @param encoder stays owned by the caller
   */
  static TrainableModel of(CrossEncoder encoder) {
    return new TrainableModel() {
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
      public NDList forward(NDManager scope, List<List<TokenizedText>> passes) {
        return encoder.logitsRecorded(scope, passes);
      }
    };
  }

  /**
   * Two copies of a bi-encoder for contrastive tension, both trained: the first column by the copy,
   * the second by the model that is kept.
   *
   * @param copy starts with the same weights; stays owned by the caller
   * @param kept stays owned by the caller
   */
  static TrainableModel ofTwins(SentenceEncoder copy, SentenceEncoder kept) {
    return new TwinEncoders(copy, kept);
  }
}
