package io.silverspark.model.files;

import io.silverspark.model.files.SentenceModule.Normalize;
import io.silverspark.model.files.SentenceModule.Pooling;
import io.silverspark.model.files.SentenceModule.SpladePooling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What follows the transformer, in order: exactly one pooling, and any number of other modules; or
 * a SpladePooling alone. The weights of the module at position {@code i} of {@link #list} are
 * called {@code (i + 1).linear.weight} in {@link ModelFiles#weights()}, as in the state of a
 * SentenceTransformer, whose module 0 is the transformer.
 *
 * @param list modules in the order in which they run; empty for a cross-encoder
 */
public record SentenceModules(List<SentenceModule> list) {
  /** No sentence vector: a cross-encoder. */
  public static final SentenceModules NONE = new SentenceModules(List.of());

  /** Copies the list. */
  public SentenceModules {
    list = List.copyOf(list);
    boolean sparse = list.size() == 1 && list.get(0) instanceof SpladePooling;
    if (!list.isEmpty()
        && !sparse
        && list.stream().filter(Pooling.class::isInstance).count() != 1) {
      throw new IllegalArgumentException("expected exactly one pooling, found " + list);
    }
  }

  /**
   * The usual modules.
   *
   * @param mode how token vectors become one
   * @param normalize whether the sentence vector is scaled to length 1
   * @return pooling, and scaling where wanted
   */
  public static SentenceModules of(PoolingMode mode, boolean normalize) {
    Pooling pooling = new Pooling(List.of(mode), true);
    return new SentenceModules(normalize ? List.of(pooling, new Normalize()) : List.of(pooling));
  }

  /**
   * The modules of a sparse encoder.
   *
   * @param pooling of the logits
   * @return it alone
   */
  public static SentenceModules of(SpladePooling pooling) {
    return new SentenceModules(List.of(pooling));
  }

  /**
   * How logits become the weights of a sparse encoder.
   *
   * @return empty for all other models
   */
  public Optional<SpladePooling> splade() {
    return list.stream()
        .filter(SpladePooling.class::isInstance)
        .map(SpladePooling.class::cast)
        .findFirst();
  }

  /**
   * Whether the tokens of a prompt take part in the sentence vector.
   *
   * @return false only where the pooling says so
   */
  public boolean includePrompt() {
    return splade().isPresent() || pooling().includePrompt();
  }

  /**
   * How token vectors become one.
   *
   * @return the one pooling
   */
  public Pooling pooling() {
    return list.stream()
        .filter(Pooling.class::isInstance)
        .map(Pooling.class::cast)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no pooling among " + list));
  }

  /**
   * Width of the sentence vector, before any truncation.
   *
   * @param hidden width of what comes out of the transformer, see {@link ModelFiles#tokenWidth()}
   * @return components
   * @throws IllegalArgumentException if a module takes another width than the one before it gives
   */
  public int dimension(int hidden) {
    int width = hidden;
    for (SentenceModule module : list) {
      width = module.dimension(width);
    }
    return width;
  }

  /**
   * Name of a module's weight among the model's.
   *
   * @param position of the module in {@link #list}
   * @param own name in the module's own file
   * @return such as {@code 2.linear.weight}
   */
  public static String weightName(int position, String own) {
    return position + 1 + "." + own;
  }

  /**
   * Shapes of the weights of all modules.
   *
   * @return by name among the model's weights, in the order in which they run
   */
  public Map<String, long[]> weights() {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    for (int i = 0; i < list.size(); i++) {
      int position = i;
      list.get(i).weights().forEach((own, shape) -> shapes.put(weightName(position, own), shape));
    }
    return shapes;
  }

  /** The weights of one module under the names of its own file. */
  Map<String, TensorData> own(int position, Map<String, TensorData> weights) {
    Map<String, TensorData> own = new LinkedHashMap<>();
    for (String name : list.get(position).weights().keySet()) {
      own.put(name, weights.get(weightName(position, name)));
    }
    return own;
  }

  /** All weights but those of these modules. */
  Map<String, TensorData> removedFrom(Map<String, TensorData> weights) {
    Map<String, TensorData> others = new LinkedHashMap<>(weights);
    others.keySet().removeAll(new ArrayList<>(weights().keySet()));
    return others;
  }
}
