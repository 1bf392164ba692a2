package io.silverspark.model.mining;

/**
 * Well-mixed numbers that depend only on a seed and an unordered pair of ids: random choices that
 * come out the same however the data is ordered or partitioned.
 */
public final class PairHash {
  private PairHash() {}

  /** Mixes two numbers; {@code mix(a, b)} and {@code mix(b, a)} differ. */
  public static long mix(long first, long second) {
    return finish(finish(first + 0x9E3779B97F4A7C15L) ^ second);
  }

  /** A number for an unordered pair. */
  public static long unordered(long seed, long first, long second) {
    return mix(mix(seed, Math.min(first, second)), Math.max(first, second));
  }

  /** The last step of SplitMix64 (Steele et al. 2014). */
  private static long finish(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
