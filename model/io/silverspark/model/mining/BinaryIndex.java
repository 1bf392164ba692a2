package io.silverspark.model.mining;

import io.silverspark.model.error.UserException;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.model.quantization.Quantizer;
import java.util.List;

/**
 * Nearest neighbours among binary vectors, as semantic_search_faiss with rescoring finds them: all
 * rows are compared by the bits that differ from those of the query, and the best few once more by
 * the query as it is, whose components are summed where the row has a 1. A row of 384 components
 * takes 48 bytes instead of 1,536.
 *
 * <p>Immutable; threads may search at once.
 */
public final class BinaryIndex {
  private static final Quantizer BITS = Quantizer.binary(EmbeddingPrecision.UBINARY);

  private final int width;
  private final int rowWords;
  private final long[] words;

  private BinaryIndex(int width, int rowWords, long[] words) {
    this.width = width;
    this.rowWords = rowWords;
    this.words = words;
  }

  /**
   * An index of stored vectors; ids are their positions.
   *
   * @param vectors [N, D / 8 rounded up], quantised
   * @param precision {@code BINARY} or {@code UBINARY}
   * @param width D, components before quantising
   * @throws IllegalArgumentException if the precision has no bits, or a vector has another width
   */
  public static BinaryIndex of(byte[][] vectors, EmbeddingPrecision precision, int width) {
    if (!precision.isBinary() || width < 1) {
      throw new IllegalArgumentException(
          "needs binary or ubinary of 1 component or more, found %s of %d"
              .formatted(precision.title(), width));
    }
    int offset = precision == EmbeddingPrecision.BINARY ? 1 << (Byte.SIZE - 1) : 0;
    int rowWords = (width + Long.SIZE - 1) / Long.SIZE;
    long[] words = new long[Math.multiplyExact(vectors.length, rowWords)];
    for (int row = 0; row < vectors.length; row++) {
      if (vectors[row].length != precision.width(width)) {
        throw new UserException(
            "vector %d has %d bytes; %d components have %d"
                .formatted(row, vectors[row].length, width, precision.width(width)));
      }
      pack(vectors[row], offset, words, row * rowWords);
    }
    return new BinaryIndex(width, rowWords, words);
  }

  private static void pack(byte[] bytes, int offset, long[] words, int first) {
    for (int i = 0; i < bytes.length; i++) {
      long bits = (bytes[i] + offset) & 0xFF;
      words[first + i / Long.BYTES] |= bits << (Long.SIZE - Byte.SIZE * (1 + i % Long.BYTES));
    }
  }

  /** How many vectors there are. */
  public int size() {
    return words.length / rowWords;
  }

  /** Memory of the vectors. */
  public long bytes() {
    return (long) words.length * Long.BYTES;
  }

  /**
   * The nearest vectors of a query.
   *
   * @param query [D], not quantised
   * @param k how many, at least 1
   * @param multiplier how many times {@code k} candidates are rescored, at least 1
   * @return at most k, best first; the score is the sum of the query's components at the row's 1s
   * @throws IllegalArgumentException if the query has another width or no finite numbers
   */
  public List<Neighbour> search(float[] query, int k, int multiplier) {
    if (query.length != width) {
      throw new UserException(
          "the query has %d components, the vectors have %d".formatted(query.length, width));
    }
    if (size() == 0) {
      return List.of();
    }
    TopK best = new TopK(k);
    for (Neighbour candidate : candidates(query, Math.multiplyExact(k, multiplier))) {
      best.offer(candidate.id(), score(query, (int) candidate.id() * rowWords));
    }
    return best.bestFirst();
  }

  private List<Neighbour> candidates(float[] query, int most) {
    long[] bits = new long[rowWords];
    pack(BITS.quantize(query), 0, bits, 0);
    TopK nearest = new TopK(Math.min(most, size()));
    for (int row = 0; row < size(); row++) {
      int distance = 0;
      for (int word = 0; word < rowWords; word++) {
        distance += Long.bitCount(bits[word] ^ words[row * rowWords + word]);
      }
      nearest.offer(row, -distance);
    }
    return nearest.bestFirst();
  }

  private float score(float[] query, int first) {
    float sum = 0;
    for (int word = 0; word < rowWords; word++) {
      long left = words[first + word];
      while (left != 0) {
        int bit = Long.numberOfLeadingZeros(left);
        sum += query[word * Long.SIZE + bit];
        left &= ~(Long.MIN_VALUE >>> bit);
      }
    }
    return sum;
  }
}
