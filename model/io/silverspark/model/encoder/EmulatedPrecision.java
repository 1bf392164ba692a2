package io.silverspark.model.encoder;

import ai.djl.Device;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns, once per process, of a precision that the processor only emulates. */
final class EmulatedPrecision {
  private static final Logger LOG = LoggerFactory.getLogger(EmulatedPrecision.class);
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private EmulatedPrecision() {}

  /** Warns if the precision is slow on the device and nothing was said yet. */
  static void warn(Precision precision, Device device) {
    if (!device.isGpu()) {
      warning(precision, Processor.current())
          .filter(text -> WARNED.compareAndSet(false, true))
          .ifPresent(LOG::warn);
    }
  }

  /** The line that names the faster choice; empty where the precision is native. */
  static Optional<String> warning(Precision precision, Processor processor) {
    boolean emulated =
        precision == Precision.FP16
            || (precision == Precision.BF16 && !processor.multipliesBfloat16());
    return emulated
        ? Optional.of(
            "precision %s is emulated on this processor (%s) and slow: %s is faster, which precision = auto takes here"
                .formatted(
                    precision.title(),
                    processor.level().title(),
                    Precision.ofProcessor(processor).title()))
        : Optional.empty();
  }
}
