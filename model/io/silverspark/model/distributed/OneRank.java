package io.silverspark.model.distributed;

import java.nio.ByteBuffer;
import java.util.List;

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
