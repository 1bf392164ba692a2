package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** A trained layer {@code x * weight^T + bias} that a loss owns; closing frees it. */
final class LinearLayer implements AutoCloseable {
  private final NDManager manager;
  private final NDArray weight;
  private final NDArray bias;

  private LinearLayer(NDManager manager, NDArray weight, NDArray bias) {
    this.manager = manager;
    this.weight = weight;
    this.bias = bias;
    weight.setRequiresGradient(true);
    bias.setRequiresGradient(true);
  }

  /**
   * A fresh layer, uniform in {@code ±1 / sqrt(inputs)} as PyTorch's.
   *
   * @param parent where the parameters live
   * @param seed the same seed gives the same layer
   */
  static LinearLayer create(NDManager parent, int outputs, int inputs, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double bound = 1 / Math.sqrt(inputs);
    float[] weight = uniform(random, bound, outputs * inputs);
    float[] bias = uniform(random, bound, outputs);
    NDManager own = parent.newSubManager();
    return new LinearLayer(own, own.create(weight, new Shape(outputs, inputs)), own.create(bias));
  }

  /**
   * A layer with given parameters.
   *
   * @param weight [outputs, inputs]; copied
   * @param bias [outputs]; copied
   */
  static LinearLayer of(NDArray weight, NDArray bias) {
    NDManager own = weight.getManager().newSubManager();
    return new LinearLayer(own, copy(weight, own), copy(bias, own));
  }

  private static float[] uniform(SplittableRandom random, double bound, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-bound, bound);
    }
    return values;
  }

  private static NDArray copy(NDArray source, NDManager owner) {
    NDArray copy = source.duplicate();
    copy.attach(owner);
    return copy;
  }

  int outputs() {
    return Math.toIntExact(bias.getShape().get(0));
  }

  /** [B, inputs] to [B, outputs]. */
  NDArray apply(NDArray rows) {
    return Linear.linear(rows, weight, bias).singletonOrThrow();
  }

  /** {@code NAME.weight} and {@code NAME.bias}. */
  Map<String, NDArray> parameters(String name) {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    parameters.put(name + ".weight", weight);
    parameters.put(name + ".bias", bias);
    return parameters;
  }

  @Override
  public void close() {
    manager.close();
  }
}
