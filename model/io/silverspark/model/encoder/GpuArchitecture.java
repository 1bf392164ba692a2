package io.silverspark.model.encoder;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import java.util.OptionalInt;

/**
 * Asks NVIDIA's driver for the compute capability of a GPU. PyTorch has loaded the same library
 * where it sees GPUs, and numbers them the same way ({@code CUDA_VISIBLE_DEVICES} counts for both).
 */
final class GpuArchitecture {
  private static final int MAJOR = 75; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR

  private GpuArchitecture() {}

  /** Those functions of the CUDA driver API that are needed, under their own names. */
  private interface CudaDriver extends Library {
    int cuInit(int flags);

    int cuDeviceGet(IntByReference device, int ordinal);

    int cuDeviceGetAttribute(IntByReference value, int attribute, int device);
  }

  /**
   * First number of the compute capability: 7 for Volta and Turing, 8 for Ampere and Ada, 9 for
   * Hopper.
   *
   * @param ordinal of the GPU
   * @return empty if the driver does not answer
   */
  static OptionalInt computeCapability(int ordinal) {
    try {
      CudaDriver driver = Native.load(library(), CudaDriver.class);
      IntByReference device = new IntByReference();
      IntByReference major = new IntByReference();
      boolean known =
          driver.cuInit(0) == 0
              && driver.cuDeviceGet(device, ordinal) == 0
              && driver.cuDeviceGetAttribute(major, MAJOR, device.getValue()) == 0;
      return known ? OptionalInt.of(major.getValue()) : OptionalInt.empty();
    } catch (UnsatisfiedLinkError e) {
      return OptionalInt.empty();
    }
  }

  private static String library() {
    return System.getProperty("os.name").startsWith("Windows") ? "nvcuda" : "libcuda.so.1";
  }
}
