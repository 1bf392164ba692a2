package io.silverspark.model.mining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockedSimilarityTest {
  static float[][] vectors(int rows, int width, long seed) {
    Random random = new Random(seed);
    float[][] result = new float[rows][width];
    for (float[] row : result) {
      for (int i = 0; i < width; i++) {
        row[i] = random.nextFloat() - 0.4f;
      }
    }
    return result;
  }

  static List<Neighbour> bruteForce(float[] query, float[][] corpus, int k, VectorSimilarity by) {
    List<Neighbour> all = new ArrayList<>();
    for (int row = 0; row < corpus.length; row++) {
      all.add(new Neighbour(row, by.between(query, corpus[row])));
    }
    all.sort(Neighbour.BEST_FIRST);
    return all.subList(0, Math.min(k, all.size()));
  }

  @ParameterizedTest
  @CsvSource({"1,1,1,1", "3,5,7,9", "67,300,10,5", "130,513,384,20", "5,256,4,3", "6,700,30,700"})
  void search_anyShape_equalsBruteForceBitForBit(int queries, int corpus, int width, int k) {
    float[][] left = vectors(queries, width, 1);
    float[][] right = vectors(corpus, width, 2);
    for (VectorSimilarity by : VectorSimilarity.values()) {
      List<List<Neighbour>> found = BlockedSimilarity.of(right, by).search(left, k);
      for (int query = 0; query < queries; query++) {
        assertThat(found.get(query)).isEqualTo(bruteForce(left[query], right, k, by));
      }
    }
  }

  /** The candidates come from sums in another order, their scores do not. */
  @Test
  void search_byTorch_givesTheSameBits() {
    float[][] queries = vectors(600, 48, 6);
    float[][] corpus = vectors(2100, 48, 7);
    long[] ids = LongStream.range(0, corpus.length).map(row -> 3 * row).toArray();
    BlockedSimilarity plain = BlockedSimilarity.of(ids, corpus, VectorSimilarity.COSINE);
    BlockedSimilarity torch =
        BlockedSimilarity.of(ids, corpus, VectorSimilarity.COSINE, new TorchScoreBlocks("cpu"));

    assertThat(torch.search(queries, 5)).isEqualTo(plain.search(queries, 5));
    assertThat(others(torch, corpus, ids)).isEqualTo(others(plain, corpus, ids));
  }

  @Test
  void search_equalScores_areOrderedById() {
    float[][] corpus = new float[600][];
    Arrays.fill(corpus, new float[] {1, 2});
    List<Neighbour> found =
        BlockedSimilarity.of(corpus, VectorSimilarity.COSINE)
            .search(new float[][] {{3, 1}}, 4)
            .get(0);
    assertThat(found.stream().map(Neighbour::id)).containsExactly(0L, 1L, 2L, 3L);
  }

  @Test
  void search_corpusInBlocksOfAnyOrder_mergesToTheSame() {
    float[][] corpus = vectors(500, 20, 3);
    float[][] queries = vectors(10, 20, 4);
    List<List<Neighbour>> whole =
        BlockedSimilarity.of(corpus, VectorSimilarity.COSINE).search(queries, 8);
    List<TopK> merged = BlockedSimilarity.newSelections(queries.length, 8);
    for (int start : new int[] {400, 0, 100, 300, 200}) {
      long[] ids = new long[100];
      Arrays.setAll(ids, i -> start + i);
      BlockedSimilarity.of(
              ids, Arrays.copyOfRange(corpus, start, start + 100), VectorSimilarity.COSINE)
          .search(queries, null, merged);
    }
    assertThat(merged.stream().map(TopK::bestFirst).toList()).isEqualTo(whole);
  }

  @Test
  void search_excludedIds_leavesOutTheQueryItself() {
    float[][] corpus = vectors(300, 6, 5);
    long[] ids = new long[300];
    Arrays.setAll(ids, i -> i * 10L);
    List<List<Neighbour>> found =
        others(BlockedSimilarity.of(ids, corpus, VectorSimilarity.COSINE), corpus, ids);
    for (int row = 0; row < 300; row++) {
      long self = ids[row];
      assertThat(found.get(row)).hasSize(3).noneMatch(neighbour -> neighbour.id() == self);
    }
  }

  /** The 3 nearest of each row other than itself. */
  private static List<List<Neighbour>> others(
      BlockedSimilarity search, float[][] corpus, long[] ids) {
    List<TopK> best = BlockedSimilarity.newSelections(corpus.length, 3);
    search.search(corpus, ids, best);
    return best.stream().map(TopK::bestFirst).toList();
  }

  @Test
  void drainTo_anyOffers_givesTheOrderOfBestFirst() {
    float[][] corpus = vectors(90, 5, 8);
    List<TopK> one = BlockedSimilarity.newSelections(3, 7);
    List<TopK> other = BlockedSimilarity.newSelections(3, 7);
    BlockedSimilarity search = BlockedSimilarity.of(corpus, VectorSimilarity.COSINE);
    search.search(vectors(3, 5, 9), null, one);
    search.search(vectors(3, 5, 9), null, other);
    for (int query = 0; query < 3; query++) {
      long[] ids = new long[9];
      float[] scores = new float[9];
      assertThat(one.get(query).drainTo(ids, scores, 2)).isEqualTo(7);
      List<Neighbour> drained = new ArrayList<>();
      for (int place = 2; place < 9; place++) {
        drained.add(new Neighbour(ids[place], scores[place]));
      }
      assertThat(drained).isEqualTo(other.get(query).bestFirst());
      assertThat(one.get(query).bestFirst()).isEmpty();
    }
  }

  @Test
  void search_zeroVector_scoresZero() {
    List<Neighbour> found =
        BlockedSimilarity.of(new float[][] {{1, 0}}, VectorSimilarity.COSINE)
            .search(new float[][] {{0, 0}}, 1)
            .get(0);
    assertThat(found).containsExactly(new Neighbour(0, 0f));
  }

  @Test
  void of_notANumber_namesTheRow() {
    float[][] corpus = {{1, 2}, {Float.NaN, 1}};
    assertThatThrownBy(() -> BlockedSimilarity.of(corpus, VectorSimilarity.DOT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("corpus row 1")
        .hasMessageContaining("NaN");
  }

  @Test
  void of_mixedWidths_namesBoth() {
    assertThatThrownBy(
            () ->
                BlockedSimilarity.of(new float[][] {{1, 2}}, VectorSimilarity.DOT)
                    .search(new float[][] {{1, 2, 3}}, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("width 3")
        .hasMessageContaining("width 2");
  }
}
