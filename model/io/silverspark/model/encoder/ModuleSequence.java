package io.silverspark.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.files.DenseActivation;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.SentenceModule;
import io.silverspark.model.files.SentenceModules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The modules between the transformer's token vectors and the sentence vector: pooling, dense
 * layers, norms. All compute in float32, whatever the transformer's precision. The operations are
 * {@code modules.torchscript}, which records gradients where the thread does.
 *
 * <p>Shapes: token vectors [batch, tokens, width], sentence vectors [batch, width].
 */
final class ModuleSequence implements AutoCloseable {
  private final NDManager manager;
  private final TorchProgram program;
  private final List<SentenceModule> modules;
  private final Map<String, NDArray> parameters;
  private final Optional<SpladeHead> splade;

  private ModuleSequence(
      NDManager manager,
      TorchProgram program,
      List<SentenceModule> modules,
      Map<String, NDArray> parameters,
      Optional<SpladeHead> splade) {
    this.manager = manager;
    this.program = program;
    this.modules = modules;
    this.parameters = Collections.unmodifiableMap(parameters);
    this.splade = splade;
  }

  /**
   * Puts the modules' weights on the parent's device. The caller closes the result.
   *
   * @param parent decides the device
   * @param files of a sentence encoder
   * @param transformer whose word table a sparse encoder's pooling shares
   */
  static ModuleSequence load(NDManager parent, ModelFiles files, Transformer transformer) {
    NDManager manager = parent.newSubManager();
    try {
      Map<String, NDArray> parameters = new LinkedHashMap<>();
      for (String name : files.modules().weights().keySet()) {
        parameters.put(name, Transformer.array(manager, files, name));
      }
      TorchProgram program =
          TorchProgram.load(
              manager, ModuleSequence.class, "modules.torchscript", "Modules", Map.of());
      Optional<SpladeHead> splade =
          files.modules().splade().map(pooling -> SpladeHead.load(manager, files, transformer));
      splade.ifPresent(head -> parameters.putAll(head.parameters()));
      return new ModuleSequence(manager, program, files.modules().list(), parameters, splade);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** The modules' weights by name, see {@link SentenceModules}; empty for most models. */
  Map<String, NDArray> parameters() {
    return parameters;
  }

  /**
   * Makes one vector of each text's token vectors.
   *
   * @param scope owns the result
   * @param hidden [batch, tokens, hidden]; rows of padding are undefined
   * @param batch where the tokens of each text start and end
   * @param training whether dropout modules drop
   * @return [batch, dimension]
   */
  NDArray embed(NDManager scope, NDArray hidden, TokenBatch batch, boolean training) {
    return apply(scope, hidden, batch, training, 0, modules.size());
  }

  /** The first part of {@link #embed}, the pooling included: [batch, width]. */
  NDArray pooled(NDManager scope, NDArray hidden, TokenBatch batch) {
    return apply(scope, hidden, batch, false, 0, pooling() + 1);
  }

  /** The other part of {@link #embed}, of pooled vectors: [batch, dimension]. */
  NDArray afterPooling(NDManager scope, NDArray pooled) {
    return apply(scope, pooled, null, false, pooling() + 1, modules.size());
  }

  /** Scales sentence vectors to length 1 if the model ends with that. */
  NDArray scaled(NDManager scope, NDArray vectors) {
    int last = modules.size() - 1;
    return modules.get(last) instanceof SentenceModule.Normalize
        ? apply(scope, vectors, null, false, last, last + 1)
        : vectors;
  }

  private int pooling() {
    for (int i = 0; i < modules.size(); i++) {
      if (modules.get(i) instanceof SentenceModule.Pooling) {
        return i;
      }
    }
    throw new IllegalStateException("a sentence encoder has a pooling");
  }

  private NDArray apply(
      NDManager scope, NDArray input, TokenBatch batch, boolean training, int from, int to) {
    NDArray vectors = input;
    for (int i = from; i < to; i++) {
      SentenceModule module = modules.get(i);
      if (module instanceof SentenceModule.Pooling pooling) {
        vectors = pool(scope, vectors, batch, pooling, training);
      } else if (module instanceof SentenceModule.SpladePooling pooling) {
        vectors = splade.orElseThrow().pool(scope, vectors, batch, pooling, training);
      } else if (module instanceof SentenceModule.Dense dense) {
        vectors = dense(scope, vectors, i, dense, training);
      } else if (module instanceof SentenceModule.LayerNorm) {
        vectors =
            run(
                scope,
                training,
                "layer_norm",
                vectors,
                weight(i, "norm.weight"),
                weight(i, "norm.bias"));
      } else if (module instanceof SentenceModule.Normalize) {
        vectors = run(scope, training, "normalize", vectors);
      } else if (module instanceof SentenceModule.Dropout dropout && training) {
        vectors = run(scope, true, "drop", vectors, dropout.probability());
      }
    }
    return vectors;
  }

  private NDArray pool(
      NDManager scope,
      NDArray tokens,
      TokenBatch batch,
      SentenceModule.Pooling pooling,
      boolean training) {
    NDArray kept = run(scope, training, "kept", tokens, batch.lengths(), batch.starts());
    List<NDArray> parts = new ArrayList<>();
    for (PoolingMode mode : pooling.modes()) {
      parts.add(run(scope, training, mode.modeName(), tokens, kept));
    }
    return parts.size() == 1
        ? parts.get(0)
        : run(scope, training, "join", TorchProgram.asList("parts", parts));
  }

  private NDArray dense(
      NDManager scope, NDArray input, int position, SentenceModule.Dense dense, boolean training) {
    NDArray weight = weight(position, "linear.weight");
    NDArray linear =
        dense.bias()
            ? run(scope, training, "linear", input, weight, weight(position, "linear.bias"))
            : run(scope, training, "project", input, weight);
    NDArray output =
        dense.activation() == DenseActivation.IDENTITY
            ? linear
            : run(scope, training, dense.activation().name().toLowerCase(Locale.ROOT), linear);
    if (!dense.residual()) {
      return output;
    }
    NDArray residual =
        dense.inFeatures() == dense.outFeatures()
            ? input
            : run(scope, training, "project", input, weight(position, "residual.weight"));
    return run(scope, training, "add", output, residual);
  }

  /**
   * The largest components of each vector, with their places, which rise; components of 0 fill the
   * rows.
   *
   * @param scope owns the result
   * @param vectors [batch, dimension], 0 or more
   * @param most how many are kept; 0: all that are not 0, and NaN where weights are broken
   * @return [batch, 2 * kept]: the components, then their places
   */
  NDArray largest(NDManager scope, NDArray vectors, int most) {
    return run(scope, false, "largest", vectors, (long) most);
  }

  /**
   * Keeps the first components of each vector.
   *
   * @param scope owns the result
   * @param vectors [batch, dimension]
   * @param size how many are kept
   * @return [batch, size], or all where there are no more
   */
  NDArray truncate(NDManager scope, NDArray vectors, int size) {
    return run(scope, false, "truncate", vectors, (long) size);
  }

  private NDArray weight(int position, String own) {
    return parameters.get(SentenceModules.weightName(position, own));
  }

  /** Weights that are trained ask for gradients always, which encoding has no room for. */
  private NDArray run(NDManager scope, boolean recorded, String method, Object... arguments) {
    NDList result =
        recorded
            ? program.runRecorded(scope, method, arguments)
            : program.run(scope, method, arguments);
    return result.singletonOrThrow();
  }

  @Override
  public void close() {
    splade.ifPresent(SpladeHead::close);
    program.close();
    manager.close();
  }
}
