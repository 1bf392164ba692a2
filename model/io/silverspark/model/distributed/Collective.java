package io.silverspark.model.distributed;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Exchanges numbers between the processes of one run, each of which has one rank or several. All
 * processes call the same methods in the same order, each from one thread; a call returns when this
 * process's part is done.
 *
 * <p>When a process fails or is lost, the calls of the others end with a {@link RankLostException}
 * instead of waiting for it.
 */
public interface Collective extends AutoCloseable {
  /** Number of processes, at least 1. */
  int processes();

  /** This process, from 0. */
  int process();

  /**
   * Replaces the values by their sums over the processes, which are the same in every process, bit
   * for bit.
   *
   * @param values float32 in native byte order from position to limit, which stay as they are;
   *     direct, of the same size in every process
   */
  void sum(ByteBuffer values);

  /**
   * Gives every process the blocks of all.
   *
   * @param own block of this process; sizes may differ between processes
   * @return one block per process, in their order
   */
  List<byte[]> gather(byte[] own);

  /** Ends this process's part; those that still wait for it fail. */
  @Override
  void close();

  /** The collective of a run in one process. */
  static Collective ofOne() {
    return new OneProcess();
  }

  /** A run in one process: sums and blocks are its own. */
  record OneProcess() implements Collective {
    @Override
    public int processes() {
      return 1;
    }

    @Override
    public int process() {
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
