package io.silverspark.model.pretraining;

/** Seeds of the noise of one example or batch in one epoch. */
final class NoiseSeed {
  private static final long STRIDE = 0x9E3779B97F4A7C15L;

  private NoiseSeed() {}

  /** Unrelated for neighbouring seeds, epochs and numbers. */
  static long of(long seed, int epoch, int number) {
    return mixed(mixed(mixed(seed) + epoch) + number);
  }

  /** The finaliser of SplitMix64: Steele, Lea and Flood 2014. */
  private static long mixed(long value) {
    long z = value + STRIDE;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
