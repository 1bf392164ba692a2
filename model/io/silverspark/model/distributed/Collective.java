package io.silverspark.model.distributed;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Exchanges numbers between the ranks of one run. All ranks call the same methods in the same
 * order, each from one thread; a call returns when this rank's part is done.
 *
 * <p>When a rank fails or is lost, the calls of the others end with a {@link RankLostException}
 * instead of waiting for it.
 */
public interface Collective extends AutoCloseable {
  /** Number of ranks, at least 1. */
  int ranks();

  /** This rank, from 0. */
  int rank();

  /**
   * Replaces the values by their sums over the ranks, which are the same on every rank, bit for
   * bit.
   *
   * @param values float32 in native byte order from position to limit, which stay as they are;
   *     direct, of the same size on every rank
   */
  void sum(ByteBuffer values);

  /**
   * Gives every rank the blocks of all.
   *
   * @param own block of this rank; sizes may differ between ranks
   * @return one block per rank, in rank order
   */
  List<byte[]> gather(byte[] own);

  /** Ends this rank's part; ranks that still wait for it fail. */
  @Override
  void close();

  /** The collective of a run with one rank. */
  static Collective ofOne() {
    return new OneRank();
  }

  /** A run with one rank: sums and blocks are its own. */
  record OneRank() implements Collective {
    @Override
    public int ranks() {
      return 1;
    }

    @Override
    public int rank() {
      return 0;
    }

    @Override
    public void sum(ByteBuffer values) {}

    @Override
    public List<byte[]> gather(byte[] own) {
      return List.of(own);
    }

    @Override
    public void close() {}
  }
}
