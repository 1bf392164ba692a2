package io.silverspark.jobs.benchmark;

import io.silverspark.model.encoder.EncoderOptions;

/**
 * What a suite measures.
 *
 * @param model reference
 * @param options layers, device and threads; the precision changes
 * @param pairs gives each part pairs of its own
 * @param count texts of a first pass
 * @param repeats of the steady rates
 */
record SuiteWork(
    String model, EncoderOptions options, SuitePairs pairs, int count, Repeats repeats) {
  /** Texts or pairs of a call. */
  int perCall() {
    return Measuring.perCall(options.device());
  }
}
