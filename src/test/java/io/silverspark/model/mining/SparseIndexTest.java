package io.silverspark.model.mining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.model.error.UserException;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.sparse.SparseVector;
import io.silverspark.model.sparse.SparsityStatistics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SparseIndexTest {
  private static final int DIMENSION = 50;

  @ParameterizedTest
  @EnumSource(
      value = Similarity.class,
      names = {"DOT", "COSINE"})
  void search_anyCorpus_givesTheMostSimilarOfAll(Similarity similarity) {
    Random random = new Random(3);
    List<SparseVector> corpus = vectors(random, 200);
    SparseIndex index =
        SparseIndex.of(LongStream.range(0, corpus.size()).toArray(), corpus, similarity);
    for (SparseVector query : vectors(random, 20)) {
      List<Integer> expected =
          IntStream.range(0, corpus.size())
              .boxed()
              .filter(row -> query.similarity(similarity, corpus.get(row)) > 0)
              .sorted(
                  Comparator.comparingDouble(
                          (Integer row) -> -query.similarity(similarity, corpus.get(row)))
                      .thenComparing(Comparator.naturalOrder()))
              .limit(7)
              .toList();
      TopK best = new TopK(7);
      index.search(query, best);
      List<Neighbour> found = best.bestFirst();
      assertThat(found.stream().map(hit -> (int) hit.id()).toList()).isEqualTo(expected);
      for (Neighbour hit : found) {
        assertThat((double) hit.score())
            .isCloseTo(query.similarity(similarity, corpus.get((int) hit.id())), within(1e-5));
      }
    }
  }

  @Test
  void search_withoutACommonTokenOrOneself_findsNothing() {
    SparseVector one = vector(new float[] {0, 2, 0});
    SparseIndex index = SparseIndex.of(new long[] {5}, List.of(one), Similarity.DOT);
    TopK best = new TopK(3);
    index.search(vector(new float[] {1, 0, 4, 0, 9}), best);
    index.search(one, true, 5, best);
    index.search(new SparseVector(new int[0], new float[0]), best);
    assertThat(best.bestFirst()).isEmpty();
    index.search(one, true, 6, best);
    assertThat(best.bestFirst()).containsExactly(new Neighbour(5, 4));
  }

  @Test
  void of_aDistance_isRefused() {
    assertThatThrownBy(() -> SparseIndex.of(new long[0], List.of(), Similarity.EUCLIDEAN))
        .isInstanceOf(UserException.class)
        .hasMessage("sparse vectors are searched by dot or cosine, found similarity 'euclidean'");
  }

  @ParameterizedTest
  @EnumSource(Similarity.class)
  void similarity_ofSparseVectors_isThatOfDenseOnes(Similarity similarity) {
    Random random = new Random(4);
    for (int i = 0; i < 50; i++) {
      float[] first = dense(random);
      float[] second = dense(random);
      assertThat(vector(first).similarity(similarity, vector(second)))
          .isCloseTo(similarity.of(first, second), within(1e-9));
    }
    SparseVector none = new SparseVector(new int[0], new float[0]);
    assertThat(none.similarity(similarity, none)).isZero();
  }

  /** As {@code SparseEncoder.sparsity} and {@code avg_flops} of sentence-transformers. */
  @Test
  void statistics_countActiveDimensions() {
    List<SparseVector> queries =
        List.of(vector(new float[] {1, 0, 2, 0}), vector(new float[] {0, 0, 3, 0}));
    List<SparseVector> documents =
        List.of(vector(new float[] {0, 0, 2, 1}), vector(new float[] {5, 0, 0, 0}));
    SparsityStatistics ofQueries = SparsityStatistics.of(queries, 4);
    assertThat(ofQueries.activeDims()).isEqualTo(1.5);
    assertThat(ofQueries.sparsityRatio()).isEqualTo(0.625);
    assertThat(ofQueries.flops(SparsityStatistics.of(documents, 4))).isEqualTo(0.75);
    assertThat(SparsityStatistics.of(List.of(), 4).sparsityRatio()).isEqualTo(1);
  }

  @Test
  void vector_wrongArrays_areRefused() {
    assertThatThrownBy(() -> new SparseVector(new int[] {3, 1}, new float[2]))
        .hasMessage("index 1 at place 1, expected rising indices from 0");
    assertThatThrownBy(() -> new SparseVector(new int[] {3}, new float[2]))
        .hasMessage("1 indices have 2 values");
  }

  private static List<SparseVector> vectors(Random random, int count) {
    List<SparseVector> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      vectors.add(vector(dense(random)));
    }
    return vectors;
  }

  private static float[] dense(Random random) {
    float[] values = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      values[i] = random.nextInt(6) == 0 ? random.nextFloat() : 0;
    }
    return values;
  }

  private static SparseVector vector(float[] dense) {
    int[] active = IntStream.range(0, dense.length).filter(i -> dense[i] != 0).toArray();
    float[] values = new float[active.length];
    for (int i = 0; i < active.length; i++) {
      values[i] = dense[active[i]];
    }
    return new SparseVector(active, values);
  }
}
