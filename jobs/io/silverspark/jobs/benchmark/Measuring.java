package io.silverspark.jobs.benchmark;

import io.silverspark.model.encoder.EncoderOptions;

/**
 * How work is measured.
 *
 * @param model reference
 * @param options layers, precision, device and threads
 * @param count texts and pairs of a first pass
 * @param perCall texts or pairs of a call after the first
 * @param batchSize pairs of a training step
 * @param repeats of the steady rates
 */
record Measuring(
    String model, EncoderOptions options, int count, int perCall, int batchSize, Repeats repeats) {
  private static final int COUNT_CPU = 4000;
  private static final int COUNT_GPU = 64_000;
  private static final int PER_CALL_CPU = 1000;
  private static final int PER_CALL_GPU = 8000;

  /** Texts of a first pass that takes some seconds. */
  static int count(String device) {
    return device.equals("cpu") ? COUNT_CPU : COUNT_GPU;
  }

  /** Texts that keep a device busy for a while. */
  static int perCall(String device) {
    return device.equals("cpu") ? PER_CALL_CPU : PER_CALL_GPU;
  }
}
