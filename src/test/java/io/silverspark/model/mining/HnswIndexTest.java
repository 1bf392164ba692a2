package io.silverspark.model.mining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.quantization.EmbeddingPrecision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HnswIndexTest {
  private static final int ROWS = 3000;
  private static final int WIDTH = 32;
  private static final float[][] CORPUS = BlockedSimilarityTest.vectors(ROWS, WIDTH, 11);
  private static final long[] IDS = LongStream.range(0, ROWS).map(row -> 7 * row).toArray();

  @TempDir private static Path shared;
  private static Path built;

  @BeforeAll
  static void build() throws Exception {
    built = shared.resolve("one");
    write(built, VectorSimilarity.COSINE);
  }

  private static void write(Path directory, VectorSimilarity similarity) throws Exception {
    write(directory, similarity, HnswOptions.defaults());
  }

  private static void write(Path directory, VectorSimilarity similarity, HnswOptions options)
      throws Exception {
    try (HnswWriter writer = new HnswWriter(directory, similarity, options)) {
      for (int row = 0; row < ROWS; row++) {
        writer.add(IDS[row], CORPUS[row]);
      }
    }
  }

  private static List<List<Neighbour>> search(Path directory, long[] excluded) throws Exception {
    float[][] queries = BlockedSimilarityTest.vectors(200, WIDTH, 12);
    List<TopK> best = BlockedSimilarity.newSelections(queries.length, 10);
    try (HnswIndex index = HnswIndex.open(directory, VectorSimilarity.COSINE)) {
      assertThat(index.size()).isEqualTo(ROWS);
      index.search(queries, excluded, 100, best);
    }
    return best.stream().map(TopK::bestFirst).toList();
  }

  @Test
  void search_randomVectors_findsTheTrueNeighboursWithTheirExactScores() throws Exception {
    List<List<Neighbour>> exact =
        BlockedSimilarity.of(IDS, CORPUS, VectorSimilarity.COSINE)
            .search(BlockedSimilarityTest.vectors(200, WIDTH, 12), 10);

    List<List<Neighbour>> found = search(built, null);

    int hits = 0;
    for (int query = 0; query < exact.size(); query++) {
      Set<Neighbour> both = new HashSet<>(exact.get(query));
      both.retainAll(found.get(query));
      hits += both.size();
      assertThat(found.get(query)).hasSize(10);
    }
    assertThat(hits / 2000.0).isGreaterThanOrEqualTo(0.97);
  }

  @ParameterizedTest
  @EnumSource(
      value = VectorSimilarity.class,
      names = {"DOT", "EUCLIDEAN"})
  void search_byAnotherSimilarity_findsItsNeighboursWithTheirExactScores(
      VectorSimilarity similarity, @TempDir Path directory) throws Exception {
    assertFindsAlmostAll(directory, similarity, HnswOptions.defaults());
  }

  @ParameterizedTest
  @EnumSource(
      value = VectorSimilarity.class,
      names = {"COSINE", "DOT", "EUCLIDEAN"})
  void search_overInt8_findsItsNeighboursWithTheirExactScores(
      VectorSimilarity similarity, @TempDir Path directory) throws Exception {
    HnswOptions int8 = HnswOptions.defaults().withPrecision(EmbeddingPrecision.INT8);
    assertFindsAlmostAll(directory, similarity, int8);
    assertThat(bytes(directory) - bytes(built))
        .as("a byte a component and four of a correction come to the floats")
        .isBetween(ROWS * WIDTH * 9 / 10, ROWS * (WIDTH + 6));
  }

  @Test
  void options_ofBits_areRefused() {
    assertThatThrownBy(() -> HnswOptions.defaults().withPrecision(EmbeddingPrecision.BINARY))
        .hasMessage("precision must be float32 or int8, got binary");
  }

  private static int bytes(Path directory) throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.mapToInt(file -> (int) file.toFile().length()).sum();
    }
  }

  private static void assertFindsAlmostAll(
      Path directory, VectorSimilarity similarity, HnswOptions options) throws Exception {
    float[][] queries = BlockedSimilarityTest.vectors(100, WIDTH, 12);
    write(directory, similarity, options);
    List<TopK> best = BlockedSimilarity.newSelections(queries.length, 10);
    try (HnswIndex index = HnswIndex.open(directory, similarity)) {
      index.search(queries, null, 100, best);
    }
    List<List<Neighbour>> exact = BlockedSimilarity.of(IDS, CORPUS, similarity).search(queries, 10);
    int hits = 0;
    for (int query = 0; query < queries.length; query++) {
      Set<Neighbour> both = new HashSet<>(exact.get(query));
      both.retainAll(best.get(query).bestFirst());
      hits += both.size();
    }
    assertThat(hits / 1000.0).isGreaterThanOrEqualTo(0.97);
  }

  @Test
  void write_manhattan_isRefused(@TempDir Path directory) {
    assertThatThrownBy(() -> write(directory, VectorSimilarity.MANHATTAN))
        .hasMessage("an HNSW graph compares by cosine, dot or euclidean, not by manhattan");
  }

  @Test
  void search_builtAgain_givesTheSame(@TempDir Path directory) throws Exception {
    write(directory, VectorSimilarity.COSINE);
    assertThat(search(directory, null)).isEqualTo(search(built, null));
  }

  @Test
  void search_excludedIds_areNotFound() throws Exception {
    long[] best = search(built, null).stream().mapToLong(found -> found.get(0).id()).toArray();
    List<List<Neighbour>> others = search(built, best);
    for (int query = 0; query < best.length; query++) {
      assertThat(others.get(query).stream().map(Neighbour::id).collect(Collectors.toSet()))
          .hasSize(10)
          .doesNotContain(best[query]);
    }
  }
}
