package io.silverspark.model.mining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.model.quantization.Quantizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BinaryIndexTest {
  private static final byte[][] ROWS = {
    {(byte) 0b1100_0000}, {(byte) 0b1010_0000}, {(byte) 0b0000_0011}, {(byte) 0b1110_0000}
  };

  @Test
  void search_handMade_bitsChooseAndTheQueryOrders() {
    BinaryIndex index = BinaryIndex.of(ROWS, EmbeddingPrecision.UBINARY);
    // The query's bits are 1110 0000: row 3 is the same, 0 and 1 differ by one, 2 by five.
    float[] query = {1, 2, 4, -1, -1, -1, 0, -1};
    assertThat(index.search(query, 2, 2)).containsExactly(new Neighbour(3, 7), new Neighbour(1, 5));
    assertThat(index.search(query, 2, 1))
        .as("of equal distances the lower id is a candidate")
        .containsExactly(new Neighbour(3, 7), new Neighbour(0, 3));
    assertThat(index.search(query, 9, 9)).extracting(Neighbour::id).containsExactly(3L, 1L, 0L, 2L);
    assertThat(index.bytes()).isEqualTo(4 * 8);
    assertThat(BinaryIndex.of(new byte[0][], EmbeddingPrecision.BINARY).search(query, 1, 1))
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"BINARY", "UBINARY"})
  void search_drawnVectors_equalsThePlainSearch(EmbeddingPrecision precision) {
    int width = 70; // two words, the second one partly used
    Random random = new Random(5);
    float[][] corpus = draw(random, 200, width);
    Quantizer quantizer = Quantizer.binary(precision);
    BinaryIndex index = BinaryIndex.of(quantizer.quantize(corpus), precision);
    for (float[] query : draw(random, 20, width)) {
      List<Neighbour> plain = plain(corpus, query, 5, 3);
      List<Neighbour> found = index.search(query, 5, 3);
      assertThat(found)
          .extracting(Neighbour::id)
          .isEqualTo(plain.stream().map(Neighbour::id).toList());
      for (int i = 0; i < found.size(); i++) {
        assertThat(found.get(i).score()).isCloseTo(plain.get(i).score(), within(1e-4f));
      }
    }
  }

  @Test
  void whatDoesNotFit_isRefused() {
    BinaryIndex index = BinaryIndex.of(ROWS, EmbeddingPrecision.UBINARY);
    assertThatThrownBy(() -> index.search(new float[9], 1, 1))
        .hasMessage("the query has 9 components, thus 2 bytes of bits; the vectors have 1");
    byte[][] uneven = {{1}, {1, 2}};
    assertThatThrownBy(() -> BinaryIndex.of(uneven, EmbeddingPrecision.UBINARY))
        .hasMessage("binary vectors have different widths: vector 0 has 1 bytes, vector 1 has 2");
    assertThatThrownBy(() -> BinaryIndex.of(ROWS, EmbeddingPrecision.INT8))
        .hasMessage("needs binary or ubinary, found int8");
  }

  private static float[][] draw(Random random, int rows, int width) {
    float[][] drawn = new float[rows][width];
    for (float[] row : drawn) {
      for (int i = 0; i < width; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return drawn;
  }

  private static List<Neighbour> plain(float[][] corpus, float[] query, int k, int multiplier) {
    List<Neighbour> candidates = new ArrayList<>();
    for (int row = 0; row < corpus.length; row++) {
      int distance = 0;
      for (int i = 0; i < query.length; i++) {
        distance += (corpus[row][i] > 0) == (query[i] > 0) ? 0 : 1;
      }
      candidates.add(new Neighbour(row, -distance));
    }
    candidates.sort(Neighbour.BEST_FIRST);
    List<Neighbour> rescored = new ArrayList<>();
    for (Neighbour candidate : candidates.subList(0, k * multiplier)) {
      float[] row = corpus[(int) candidate.id()];
      float sum = 0;
      for (int i = 0; i < query.length; i++) {
        sum += row[i] > 0 ? query[i] : 0;
      }
      rescored.add(new Neighbour(candidate.id(), sum));
    }
    rescored.sort(Comparator.comparing(Neighbour::score).reversed());
    return rescored.subList(0, k);
  }
}
