package io.silverspark.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/**
 * Records operations for differentiation on the calling thread while open.
 *
 * <p>Stands in for DJL's gradient collector, of which there can be only one in a JVM; grad mode
 * itself is a setting of each thread. {@link #close()} restores the mode found on opening.
 */
public final class Autograd implements AutoCloseable {
  private final boolean before;

  private Autograd(boolean records) {
    this.before = JniUtils.isGradMode();
    JniUtils.setGradMode(records);
  }

  /** Starts recording on this thread; the caller closes it on the same thread. */
  public static Autograd record() {
    return new Autograd(true);
  }

  /** Stops recording on this thread; the caller closes it on the same thread. */
  public static Autograd pause() {
    return new Autograd(false);
  }

  /**
   * Adds the gradients of a scalar to every array that requires one, and frees the graph.
   *
   * @param loss a scalar computed while recording
   */
  public void backward(NDArray loss) {
    try (NDArray one = loss.getManager().ones(loss.getShape(), loss.getDataType())) {
      JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
    }
  }

  /**
   * As {@link #backward(NDArray)} from an array of any shape with the gradient that arrives there.
   *
   * @param output computed while recording
   * @param gradient of the shape of {@code output}
   */
  public void backward(NDArray output, NDArray gradient) {
    JniUtils.backward((PtNDArray) output, (PtNDArray) gradient, false, false);
  }

  @Override
  public void close() {
    JniUtils.setGradMode(before);
  }
}
