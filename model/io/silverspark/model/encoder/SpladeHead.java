package io.silverspark.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.files.LanguageModelHead;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.SentenceModule.SpladePooling;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The head of a masked language model and the pooling of its logits, text by text: the logits of
 * one text are there at a time, [tokens, vocabulary], and while training max pooling keeps none.
 * The output matrix is the transformer's word table, which so learns from both ends. The forward
 * pass is in {@code languagemodel.torchscript}.
 */
final class SpladeHead implements AutoCloseable {
  private final NDManager manager;
  private final TorchProgram program;
  private final Transformer transformer;
  private final List<NDArray> head;
  private final long products;

  private SpladeHead(NDManager manager, ModelFiles files, Transformer transformer) {
    this.manager = manager;
    this.transformer = transformer;
    this.program =
        TorchProgram.load(
            manager,
            SpladeHead.class,
            "languagemodel.torchscript",
            "LanguageModel",
            files.config().program().constants());
    List<NDArray> arrays = new ArrayList<>();
    for (String name : LanguageModelHead.NAMES) {
      arrays.add(Transformer.array(manager, files, name));
    }
    this.head = TorchProgram.asList("h", arrays);
    this.products = products(transformer.precision());
  }

  /**
   * Puts the head's weights on the parent's device.
   *
   * @param files of a sparse encoder
   * @param transformer whose word table is the output matrix
   */
  static SpladeHead load(NDManager parent, ModelFiles files, Transformer transformer) {
    NDManager manager = parent.newSubManager();
    try {
      return new SpladeHead(manager, files, transformer);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** PyTorch's number of the type of the products; 8-bit integers are for the layers alone. */
  private static long products(Precision precision) {
    return switch (precision) {
      case BF16 -> 15;
      case FP16 -> 5;
      default -> 6;
    };
  }

  /** The head's weights by name, without the word table. */
  Map<String, NDArray> parameters() {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    for (int i = 0; i < head.size(); i++) {
      parameters.put(LanguageModelHead.NAMES.get(i), head.get(i));
    }
    return Collections.unmodifiableMap(parameters);
  }

  /**
   * Pools the logits of each text.
   *
   * @param scope owns the result
   * @param hidden [batch, tokens, hidden]; rows of padding are undefined
   * @param batch which tokens are padding
   * @param recorded whether gradients are recorded, where the thread does
   * @return [batch, vocabulary], 0 or more
   */
  NDArray pool(
      NDManager scope, NDArray hidden, TokenBatch batch, SpladePooling pooling, boolean recorded) {
    Object[] arguments = {
      transformer.embeddings(),
      products,
      head,
      hidden,
      batch.lengths(),
      flag(pooling.strategy() == SpladePooling.Strategy.MAX),
      flag(pooling.activation() == SpladePooling.Activation.LOG1P_RELU)
    };
    return recorded
        ? program.runRecorded(scope, "splade", arguments).singletonOrThrow()
        : program.run(scope, "splade", arguments).singletonOrThrow();
  }

  private static long flag(boolean value) {
    return value ? 1 : 0;
  }

  @Override
  public void close() {
    program.close();
    manager.close();
  }
}
