package io.silverspark.model.encoder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Numbers of the host that go to a device. To a GPU they go through pinned memory, queued behind
 * the work of the device: {@link NDManager#create} would wait until that work is done.
 */
public final class HostArrays {
  /** One per GPU, as long as the process lives. */
  private static final Map<Device, TorchProgram> COPIES = new ConcurrentHashMap<>();

  private HostArrays() {}

  /**
   * Copies whole numbers.
   *
   * @param scope of the device; owns the result
   * @param values as many as the shape has places
   * @return int64
   */
  public static NDArray of(NDManager scope, long[] values, Shape shape) {
    return scope.getDevice().isGpu()
        ? copied(scope, host -> host.create(values, shape))
        : scope.create(values, shape);
  }

  /**
   * Copies numbers.
   *
   * @param scope of the device; owns the result
   * @param values as many as the shape has places
   * @return float32
   */
  public static NDArray of(NDManager scope, float[] values, Shape shape) {
    return scope.getDevice().isGpu()
        ? copied(scope, host -> host.create(values, shape))
        : scope.create(values, shape);
  }

  private static NDArray copied(NDManager scope, Function<NDManager, NDArray> values) {
    TorchProgram program = COPIES.computeIfAbsent(scope.getDevice(), HostArrays::program);
    try (NDManager host = scope.newSubManager(Device.cpu())) {
      return program.run(scope, "copy", values.apply(host)).singletonOrThrow();
    }
  }

  private static TorchProgram program(Device device) {
    return TorchProgram.load(
        TorchEngine.open("cpu"),
        HostArrays.class,
        "hostarrays.torchscript",
        "HostArrays",
        Map.of("device", "cuda:" + device.getDeviceId()));
  }
}
