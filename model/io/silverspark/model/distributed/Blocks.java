package io.silverspark.model.distributed;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Several blocks as one: for each its length, then its bytes. */
final class Blocks {
  private Blocks() {}

  static byte[] join(List<byte[]> blocks) {
    int size = blocks.stream().mapToInt(block -> Integer.BYTES + block.length).sum();
    ByteBuffer joined = ByteBuffer.allocate(size);
    blocks.forEach(block -> joined.putInt(block.length).put(block));
    return joined.array();
  }

  static List<byte[]> split(byte[] joined) {
    ByteBuffer rest = ByteBuffer.wrap(joined);
    List<byte[]> blocks = new ArrayList<>();
    while (rest.hasRemaining()) {
      byte[] block = new byte[rest.getInt()];
      rest.get(block);
      blocks.add(block);
    }
    return blocks;
  }
}
