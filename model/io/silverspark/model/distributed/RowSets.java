package io.silverspark.model.distributed;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Sets of row numbers as bytes: for each set its length, then its bits. */
final class RowSets {
  private RowSets() {}

  static byte[] write(List<BitSet> sets) {
    List<byte[]> bits = sets.stream().map(BitSet::toByteArray).toList();
    int size = bits.stream().mapToInt(each -> Integer.BYTES + each.length).sum();
    ByteBuffer block = ByteBuffer.allocate(size);
    bits.forEach(each -> block.putInt(each.length).put(each));
    return block.array();
  }

  static List<BitSet> read(byte[] written) {
    ByteBuffer block = ByteBuffer.wrap(written);
    List<BitSet> sets = new ArrayList<>();
    while (block.hasRemaining()) {
      byte[] bits = new byte[block.getInt()];
      block.get(bits);
      sets.add(BitSet.valueOf(bits));
    }
    return sets;
  }
}
