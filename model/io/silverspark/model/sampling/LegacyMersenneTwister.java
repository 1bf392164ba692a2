package io.silverspark.model.sampling;

import org.apache.commons.math3.random.MersenneTwister;

/**
 * The random numbers of NumPy's {@code RandomState(seed)}, which published protocols and the word
 * deletion of TSDAE depend on: MT19937 with Knuth's seeding, masked rejection for integers and
 * 53-bit doubles. Not for other new code and not safe to share between threads.
 */
public final class LegacyMersenneTwister {
  private static final double TO_UNIT = 1.0 / (1L << 53);

  private final MersenneTwister words;

  /** Same stream as {@code numpy.random.RandomState(seed)}, for seeds from 0 to 2^31 - 1. */
  public LegacyMersenneTwister(int seed) {
    if (seed < 0) {
      throw new IllegalArgumentException("seed must not be negative, found " + seed);
    }
    this.words = new MersenneTwister(seed);
  }

  /** The next 32 bits, as a number from 0 to 2^32 - 1. */
  public long nextWord() {
    return Integer.toUnsignedLong(words.nextInt());
  }

  /** Uniform integer from 0 to {@code max}, both included; draws nothing if {@code max} is 0. */
  public int nextUpTo(int max) {
    if (max == 0) {
      return 0;
    }
    int mask = -1 >>> Integer.numberOfLeadingZeros(max);
    int value = words.nextInt() & mask;
    while (value > max) {
      value = words.nextInt() & mask;
    }
    return value;
  }

  /** Uniform double in [0, 1), as {@code RandomState.rand()}. */
  public double nextDouble() {
    long high = nextWord() >>> 5;
    long low = nextWord() >>> 6;
    return (high * (1L << 26) + low) * TO_UNIT;
  }

  /** Shuffles in place, as {@code RandomState.shuffle}. */
  public void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = nextUpTo(i);
      int value = values[i];
      values[i] = values[j];
      values[j] = value;
    }
  }
}
