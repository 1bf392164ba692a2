package io.silverspark.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.silverspark.model.files.EncoderConfig;
import io.silverspark.model.files.EncoderProgram;
import io.silverspark.model.files.LoraConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;

/**
 * The layers of an encoder while a LoRA adapter is trained: weights that stay as they are, packed
 * once in the precision that the adapter's configuration names, and A and B beside them.
 */
final class AdaptedLayers {
  private final NDManager manager;
  private final EncoderProgram layout;
  private final LoraConfig lora;
  private final Map<String, NDArray> weights;
  private final List<NDArray> slots;
  private List<NDArray> frozen = List.of();

  private AdaptedLayers(
      NDManager manager, EncoderProgram layout, LoraConfig lora, Map<String, NDArray> weights) {
    this.manager = manager;
    this.layout = layout;
    this.lora = lora;
    this.weights = Collections.unmodifiableMap(weights);
    this.slots = TorchProgram.asList("a", slots(weights));
  }

  /**
   * A fresh adapter. A is uniform in +-1 / sqrt(in) as in PEFT, B is 0, so that the model gives
   * what it gave before.
   *
   * @param manager owns the arrays
   * @param config of the encoder
   * @param wanted rank, scale, dropout and layers
   * @param seed of A
   * @throws io.silverspark.model.error.UserException if the model has no such layers
   */
  static AdaptedLayers fresh(
      NDManager manager, EncoderConfig config, LoraConfig wanted, long seed) {
    Random random = new Random(seed);
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (LoraConfig.Module module : wanted.modules(config)) {
      float[] values = new float[Math.toIntExact(wanted.rank() * module.in())];
      double bound = 1 / Math.sqrt(module.in());
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
      }
      arrays.put(module.a(), manager.create(values, new Shape(wanted.rank(), module.in())));
      arrays.put(module.b(), manager.zeros(new Shape(module.out(), wanted.rank())));
    }
    return new AdaptedLayers(manager, config.program(), wanted, arrays);
  }

  private List<NDArray> slots(Map<String, NDArray> arrays) {
    NDArray none = manager.create(new float[0]);
    List<NDArray> placed = new ArrayList<>();
    for (List<EncoderProgram.Slot> layer : layout.layers()) {
      for (int i = 0; i < layer.size(); i++) {
        String weight = layer.get(i).name();
        NDArray a = weight.isEmpty() ? null : arrays.get(LoraConfig.Module.a(weight));
        placed.add(a == null ? none : a);
        if (a != null) {
          placed.add(arrays.get(LoraConfig.Module.b(weight)));
          i++; // the slot of the bias, whether there is one or not
        }
      }
    }
    return placed;
  }

  /** Rank, scale, dropout and layers. */
  LoraConfig lora() {
    return lora;
  }

  /** A and B by {@link LoraConfig.Module}'s names. */
  Map<String, NDArray> weights() {
    return weights;
  }

  /** Whether a weight has an adapter. */
  boolean adapts(String weight) {
    return weights.containsKey(LoraConfig.Module.a(weight));
  }

  /** A and B of one layer beside its weights, as the list {@code a} of a program. */
  List<NDArray> slots(int layer) {
    int size = slots.size() / layout.layers().size();
    return slots.subList(layer * size, (layer + 1) * size);
  }

  /** How many of {@link #recorded} are slots of the adapter, the last ones. */
  int slotCount() {
    return slots.size();
  }

  /** The layers of a training step: frozen weights, then the slots of the adapter. */
  List<NDArray> recorded() {
    List<NDArray> both = new ArrayList<>(frozen);
    both.addAll(slots);
    return both;
  }

  /** Whether {@link #freeze} was called. */
  boolean isFrozen() {
    return !frozen.isEmpty();
  }

  /**
   * Packs the frozen weights, layer by layer.
   *
   * @param program with the adapter's scale
   * @param packMethod gives the precision of the matrix products
   * @param base weights in float32 by layer, as the list {@code w} of a program; the scope that it
   *     is given ends when they are packed
   */
  void freeze(
      TorchProgram program, String packMethod, BiFunction<NDManager, Integer, List<NDArray>> base) {
    Map<List<String>, List<NDArray>> known = new HashMap<>(); // ALBERT has one layer many times
    List<NDArray> all = new ArrayList<>();
    for (int i = 0; i < layout.layers().size(); i++) {
      int layer = i;
      List<String> names = layout.layers().get(i).stream().map(EncoderProgram.Slot::name).toList();
      all.addAll(
          known.computeIfAbsent(
              names,
              key -> {
                try (NDManager scope = manager.newSubManager()) {
                  return packed(program, packMethod, scope, base.apply(scope, layer));
                }
              }));
    }
    frozen = TorchProgram.asList("p", all);
  }

  /** Recorded, because what is computed in inference mode cannot be part of a graph. */
  private List<NDArray> packed(
      TorchProgram program, String packMethod, NDManager scope, List<NDArray> base) {
    if (lora.basePrecision() == LoraConfig.BasePrecision.FP32) {
      return program.runRecorded(manager, packMethod, base);
    }
    List<NDArray> joined = TorchProgram.asList("p", program.runRecorded(scope, packMethod, base));
    return program.runRecorded(manager, "keep_" + lora.basePrecision().title(), joined);
  }
}
