package io.silverspark.model.encoder;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * What NVIDIA's driver says of a GPU. PyTorch has loaded the same library where it sees GPUs, and
 * numbers them the same way ({@code CUDA_VISIBLE_DEVICES} counts for both).
 *
 * @param ordinal number of the GPU, as in {@code cuda:0}
 * @param name such as {@code NVIDIA H200}
 * @param major first number of the compute capability: 7 for Volta and Turing, 8 for Ampere and
 *     Ada, 9 for Hopper
 * @param minor second number of the compute capability
 * @param bytes memory of the card
 */
public record GpuCard(int ordinal, String name, int major, int minor, long bytes) {
  private static final int CAPABILITY_MAJOR = 75; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR
  private static final int CAPABILITY_MINOR = 76;
  private static final int NAME_BYTES = 256;

  /** Those functions of the CUDA driver API that are needed, under their own names. */
  private interface CudaDriver extends Library {
    int cuInit(int flags);

    int cuDeviceGet(IntByReference device, int ordinal);

    int cuDeviceGetAttribute(IntByReference value, int attribute, int device);

    int cuDeviceGetName(byte[] name, int length, int device);

    int cuDeviceTotalMem_v2(LongByReference bytes, int device);

    int cuDevicePrimaryCtxRetain(PointerByReference context, int device);

    int cuDevicePrimaryCtxRelease_v2(int device);

    int cuCtxPushCurrent_v2(Pointer context);

    int cuCtxPopCurrent_v2(PointerByReference context);

    int cuMemGetInfo_v2(LongByReference free, LongByReference total);
  }

  /**
   * A card.
   *
   * @param ordinal of the GPU
   * @return empty if the driver does not answer
   */
  public static Optional<GpuCard> of(int ordinal) {
    try {
      CudaDriver driver = driver();
      IntByReference device = new IntByReference();
      IntByReference major = new IntByReference();
      IntByReference minor = new IntByReference();
      LongByReference bytes = new LongByReference();
      byte[] name = new byte[NAME_BYTES];
      boolean known =
          driver.cuInit(0) == 0
              && driver.cuDeviceGet(device, ordinal) == 0
              && driver.cuDeviceGetAttribute(major, CAPABILITY_MAJOR, device.getValue()) == 0
              && driver.cuDeviceGetAttribute(minor, CAPABILITY_MINOR, device.getValue()) == 0
              && driver.cuDeviceGetName(name, NAME_BYTES, device.getValue()) == 0
              && driver.cuDeviceTotalMem_v2(bytes, device.getValue()) == 0;
      return known
          ? Optional.of(
              new GpuCard(
                  ordinal,
                  Native.toString(name, StandardCharsets.UTF_8.name()).strip(),
                  major.getValue(),
                  minor.getValue(),
                  bytes.getValue()))
          : Optional.empty();
    } catch (UnsatisfiedLinkError e) {
      return Optional.empty();
    }
  }

  /**
   * The card of a device.
   *
   * @param device {@code cpu} or {@code cuda:N}
   * @return empty on a CPU, and if the driver does not answer
   * @throws io.silverspark.model.error.UserException if the name is neither
   */
  public static Optional<GpuCard> of(String device) {
    ai.djl.Device parsed = TorchEngine.parse(device);
    return parsed.isGpu() ? of(parsed.getDeviceId()) : Optional.empty();
  }

  /**
   * Memory of the card in use now, by all processes. PyTorch keeps what it once took.
   *
   * @return bytes; empty if the driver does not answer
   */
  public Optional<Long> usedBytes() {
    CudaDriver driver = driver();
    IntByReference device = new IntByReference();
    PointerByReference context = new PointerByReference();
    if (driver.cuDeviceGet(device, ordinal) != 0
        || driver.cuDevicePrimaryCtxRetain(context, device.getValue()) != 0) {
      return Optional.empty();
    }
    try {
      if (driver.cuCtxPushCurrent_v2(context.getValue()) != 0) {
        return Optional.empty();
      }
      LongByReference free = new LongByReference();
      LongByReference total = new LongByReference();
      boolean known = driver.cuMemGetInfo_v2(free, total) == 0;
      driver.cuCtxPopCurrent_v2(new PointerByReference());
      return known ? Optional.of(total.getValue() - free.getValue()) : Optional.empty();
    } finally {
      driver.cuDevicePrimaryCtxRelease_v2(device.getValue());
    }
  }

  /** Such as {@code NVIDIA H200 (cuda:0, compute capability 9.0, 139.8 GiB)}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s (cuda:%d, compute capability %d.%d, %.1f GiB)",
        name,
        ordinal,
        major,
        minor,
        bytes / (double) (1L << 30));
  }

  private static CudaDriver driver() {
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    return Native.load(windows ? "nvcuda" : "libcuda.so.1", CudaDriver.class);
  }
}
