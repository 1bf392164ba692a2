package io.silverspark.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.files.TensorData;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The weights of a model and its losses under one set of names, and a copy of the best of them.
 * Closing frees the copy.
 */
final class TrainedWeights implements AutoCloseable {
  private static final String CURRENT = "weight/";
  private static final String BEST = "best/";

  private final Map<String, NDArray> current;
  private final NDManager manager;
  private final Map<String, NDArray> best = new LinkedHashMap<>();

  /**
   * Weights that are trained together.
   *
   * @param model whose weights they are
   * @param ofLosses parameters of the losses, by name
   */
  TrainedWeights(TrainableModel model, Map<String, NDArray> ofLosses) {
    Map<String, NDArray> all = new LinkedHashMap<>(model.parameters());
    all.putAll(ofLosses);
    this.current = Collections.unmodifiableMap(all);
    this.manager = model.manager().newSubManager();
  }

  /** By name; a loss's parameters have the prefix {@code loss.} */
  Map<String, NDArray> current() {
    return current;
  }

  /** Remembers the present weights as the best. */
  void keepAsBest() {
    current.forEach(
        (name, array) -> {
          NDArray kept = best.computeIfAbsent(name, key -> manager.zeros(array.getShape()));
          try (NDArray values = array.stopGradient()) {
            HostCopy.overwrite(kept, values);
          }
        });
  }

  /** Puts the best weights back; does nothing when there are none. */
  void restoreBest() {
    best.forEach((name, kept) -> HostCopy.overwrite(current.get(name), kept));
  }

  /** Copies the present and the best weights. */
  Map<String, TensorData> state() {
    Map<String, TensorData> state = new LinkedHashMap<>();
    current.forEach((name, array) -> state.put(CURRENT + name, HostCopy.of(array)));
    best.forEach((name, array) -> state.put(BEST + name, HostCopy.of(array)));
    return state;
  }

  /** Takes over what {@link #state()} saved. */
  void restore(Map<String, TensorData> state) {
    current.forEach((name, array) -> HostCopy.restore(CURRENT + name, state, array));
    current.forEach(
        (name, array) -> {
          if (state.containsKey(BEST + name)) {
            NDArray kept = best.computeIfAbsent(name, key -> manager.zeros(array.getShape()));
            HostCopy.restore(BEST + name, state, kept);
          }
        });
  }

  /** Tells one starting point from another. */
  String fingerprint() {
    return "weights=%d crc32c=%08x".formatted(current.size(), checksum());
  }

  /** CRC-32C over all present weights. */
  long checksum() {
    CRC32C crc = new CRC32C();
    current.values().forEach(array -> crc.update(array.toByteBuffer()));
    return crc.getValue();
  }

  @Override
  public void close() {
    manager.close();
  }
}
