package io.silverspark.model.encoder;

import ai.djl.Device;
import io.silverspark.model.error.UserException;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * Number format of the matrix products; embeddings, norms and weights kept in files are float32.
 */
public enum Precision {
  /**
   * The fastest of the others that is for training too, on the device where the model is loaded:
   * {@link #BF16} on processors with AMX or AVX512_BF16 and on GPUs from Ampere on, {@link #FP16}
   * on older GPUs, else {@link #FP32}.
   */
  AUTO,
  /** Float32 throughout, the reference. */
  FP32,
  /** Matrix products and attention in bfloat16, the rest in float32, as PyTorch's autocast does. */
  BF16,
  /**
   * As {@link #BF16} in float16, for GPUs before Ampere; the loss is scaled in training. A CPU that
   * has no instructions for it is far slower than in float32.
   */
  FP16,
  /**
   * Linear layers in 8-bit integers, for encoding and scoring on a CPU; training refuses it.
   * Weights have one scale per output row; activations one scale per token before the widest
   * products and one per batch before the others, found at run time; so a text's vector depends
   * slightly on the texts it is batched with.
   *
   * <p>Without VNNI a processor adds the products of two neighbouring inputs in 16 bits, where sums
   * beyond 32,767 are cut. So a row's scale bounds the sum of two neighbouring weights of one sign
   * to 128, which is 255 * 128 = 32,640 in products: no sum is cut, and all processors compute the
   * same integers. PyTorch's own answer, {@code reduce_range}, bounds each weight or activation to
   * 7 bits and loses more.
   */
  INT8;

  private static final int AMPERE = 8;

  /**
   * The format on a device: this one, or what {@link #AUTO} means there.
   *
   * @param device {@code cpu} or {@code cuda:N}
   * @return never {@link #AUTO}
   * @throws UserException if the name is neither
   */
  public Precision on(String device) {
    return on(TorchEngine.parse(device));
  }

  Precision on(Device device) {
    if (this != AUTO) {
      return this;
    }
    if (device.isGpu()) {
      return ofGpu(GpuCard.of(device.getDeviceId()));
    }
    return ofProcessor(Processor.current());
  }

  /** What {@link #AUTO} means on a processor. */
  public static Precision ofProcessor(Processor processor) {
    return processor.multipliesBfloat16() ? BF16 : FP32;
  }

  /** What {@link #AUTO} means on a GPU; empty if the driver does not say which card it is. */
  static Precision ofGpu(Optional<GpuCard> card) {
    return card.map(known -> known.major() >= AMPERE ? BF16 : FP16).orElse(FP32);
  }

  /**
   * One format for machines that answered {@link #on} differently: the one that is fast on most of
   * them and slow on none.
   *
   * @param answers at least one, none {@link #AUTO}
   */
  public static Precision common(Collection<Precision> answers) {
    for (Precision slowest : new Precision[] {FP32, FP16, BF16}) {
      if (answers.contains(slowest)) {
        return slowest;
      }
    }
    return answers.iterator().next();
  }

  /** Number of the products' type in PyTorch's list of scalar types, c10/core/ScalarType.h. */
  int scalarType() {
    return switch (this) {
      case FP16 -> 5;
      case BF16 -> 15;
      default -> 6;
    };
  }

  /** The name in settings: {@code bf16}. */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}
