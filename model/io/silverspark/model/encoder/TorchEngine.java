package io.silverspark.model.encoder;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.silverspark.model.error.UserException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Opens managers of DJL's PyTorch engine and says how many native threads a thread may use. */
public final class TorchEngine {
  private static final Pattern CUDA = Pattern.compile("(?:cuda|gpu)(?::(\\d+))?");

  static {
    // No download at run time: native libraries come from Maven artifacts.
    if (System.getProperty("ai.djl.offline") == null) {
      System.setProperty("ai.djl.offline", "true");
    }
  }

  private TorchEngine() {}

  /**
   * Opens a manager of native memory. The caller closes it.
   *
   * @param device {@code cpu} or {@code cuda:0}
   * @return manager on that device
   * @throws UserException if the name is neither, or the device is not there
   */
  public static NDManager open(String device) {
    Device parsed = parse(device);
    try {
      NDManager manager = NDManager.newBaseManager(parsed, "PyTorch");
      if (parsed.isGpu() && manager.getEngine().getGpuCount() <= parsed.getDeviceId()) {
        int count = manager.getEngine().getGpuCount();
        manager.close();
        throw new UserException(
            "model.device = '%s' is not there: PyTorch sees %d GPUs; use cpu, or the artifacts with CUDA natives"
                .formatted(device, count));
      }
      return manager;
    } catch (ai.djl.engine.EngineException e) {
      throw new UserException(
          "the native PyTorch library does not load on %s %s: %s"
              .formatted(
                  System.getProperty("os.name"), System.getProperty("os.arch"), e.getMessage()),
          e);
    }
  }

  /** The device of a name: {@code cpu} or {@code cuda:N}. */
  static Device parse(String device) {
    if (device.equals("cpu")) {
      return Device.cpu();
    }
    Matcher cuda = CUDA.matcher(device);
    if (!cuda.matches()) {
      throw new UserException(
          "model.device = '%s' is not valid: needs cpu or cuda:N".formatted(device));
    }
    return Device.gpu(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
  }

  /**
   * Sets the number of native threads for operations that the calling thread starts. Threads that
   * work side by side want 1 each: OpenMP threads that share cores slow each other down many times.
   *
   * @param count at least 1
   */
  public static void useNativeThreads(int count) {
    JniUtils.setNumThreads(count);
  }

  /** The number of native threads for operations that the calling thread starts. */
  public static int nativeThreads() {
    return JniUtils.getNumThreads();
  }
}
