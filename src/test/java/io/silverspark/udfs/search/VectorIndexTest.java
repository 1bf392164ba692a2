package io.silverspark.udfs.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.SparkFixture;
import io.silverspark.model.error.UserException;
import io.silverspark.model.mining.HnswOptions;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.model.quantization.EmbeddingPrecision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** 2,000 vectors in graphs of 500. */
@Tag("spark")
@ExtendWith(SparkFixture.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VectorIndexTest {
  private static final int INDEX_ROWS = 500;
  private static final HnswOptions OPTIONS = HnswOptions.defaults();

  private Path directory;
  private Dataset<Row> corpus;
  private Dataset<Row> queries;

  @BeforeAll
  void build(SparkSession spark, @TempDir Path temporary) {
    directory = temporary.resolve("index");
    corpus = VectorData.rows(spark, VectorData.random(2000, 24, 5), 3).localCheckpoint();
    queries = VectorData.rows(spark, VectorData.random(60, 24, 6), 2).localCheckpoint();
    VectorIndex built = VectorIndex.openOrBuild(corpus, directory.toString(), OPTIONS, INDEX_ROWS);
    assertThat(built.graphs()).isEqualTo(5);
  }

  private NeighbourSearch search() {
    return NeighbourSearch.approximate(directory.toString(), OPTIONS, INDEX_ROWS, 64);
  }

  private List<Row> found() {
    return VectorData.sorted(search().find(queries, corpus, 10, true).rows(), "query_id", "rank");
  }

  @Test
  void find_tenNearest_hasAlmostAllOfTheTrueOnes() {
    NeighbourSearch exact = NeighbourSearch.exact(700, "cpu");
    SearchRecall recall = SearchRecall.at(10, queries, corpus, search(), exact, 60);
    assertThat(recall.share()).isBetween(0.97, 1.0);
    assertThat(recall.queries()).isEqualTo(60);
    assertThat(SearchRecall.at(10, queries, corpus, exact, exact, 20).share()).isEqualTo(1);
    assertThat(
            SearchRecall.at(10, queries, corpus.where("id % 2 = 0"), exact, search(), 20).share())
        .isLessThan(0.9);
  }

  @Test
  void openOrBuild_aWholeIndex_isNotBuiltAgain() {
    List<Row> before = found();
    VectorIndex.openOrBuild(corpus.limit(0), directory.toString(), OPTIONS, INDEX_ROWS);
    assertThat(found()).hasSize(600).isEqualTo(before);
  }

  @Test
  void openOrBuild_anInterruptedBuild_makesWhatIsMissing(@TempDir Path temporary) throws Exception {
    String other = temporary.resolve("other").toString();
    VectorIndex.openOrBuild(corpus, other, OPTIONS, INDEX_ROWS);
    Path whole = temporary.resolve("other/graph-00001");
    Path missing = temporary.resolve("other/graph-00003");
    Object kept = Files.getLastModifiedTime(whole);
    SharedIndexes.delete(missing);
    Files.delete(temporary.resolve("other/index.json"));

    VectorIndex again = VectorIndex.openOrBuild(corpus, other, OPTIONS, INDEX_ROWS);

    assertThat(Files.getLastModifiedTime(whole)).isEqualTo(kept);
    assertThat(VectorData.sorted(again.find(queries, 10, true, 64).rows(), "query_id", "rank"))
        .isEqualTo(found());
    try (var files = Files.list(temporary.resolve("other"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.startsWith(".graph"))
          .isEmpty();
    }
  }

  @Test
  void openOrBuild_anotherCorpusInTheSamePlace_isSearchedAndNotTheOneBefore(@TempDir Path temporary)
      throws Exception {
    Path place = temporary.resolve("place");
    List<Row> before = found(place, corpus.where("id < 400"));
    assertThat(before).hasSize(600).allMatch(row -> row.<Long>getAs("corpus_id") < 400);
    SharedIndexes.delete(place);
    List<Row> after = found(place, corpus.where("id >= 1000 and id < 1400"));
    assertThat(after).hasSize(600).allMatch(row -> row.<Long>getAs("corpus_id") >= 1000);

    Path manifest = place.resolve("index.json");
    String json = Files.readString(manifest);
    Files.writeString(manifest, json.replaceFirst(",\"build\":\"[^\"]*\"", ""));
    assertThat(Files.readString(manifest)).isNotEqualTo(json);
    Files.delete(temporary.resolve("place/.index.json.crc"));
    assertThat(found(place, corpus.limit(0))).as("of an earlier version").isEqualTo(after);
  }

  private List<Row> found(Path place, Dataset<Row> rows) {
    VectorIndex index = VectorIndex.openOrBuild(rows, place.toString(), OPTIONS, INDEX_ROWS);
    return VectorData.sorted(index.find(queries, 10, false, 64).rows(), "query_id", "rank");
  }

  @Test
  void find_overInt8_hasAlmostAllOfTheTrueOnes(@TempDir Path temporary) {
    HnswOptions int8 = OPTIONS.withPrecision(EmbeddingPrecision.INT8);
    NeighbourSearch search =
        NeighbourSearch.approximate(temporary.toString(), int8, INDEX_ROWS, 64);
    NeighbourSearch exact = NeighbourSearch.exact(700, "cpu");
    assertThat(SearchRecall.at(10, queries, corpus, search, exact, 60).share())
        .isBetween(0.97, 1.0);
    assertThat(VectorIndex.openOrBuild(corpus, temporary.toString(), int8, INDEX_ROWS).graphs())
        .isEqualTo(5);
  }

  @Test
  void find_euclidean_hasAlmostAllOfTheTrueOnes(@TempDir Path temporary) {
    VectorSimilarity euclidean = VectorSimilarity.EUCLIDEAN;
    NeighbourSearch search =
        NeighbourSearch.approximate(temporary.toString(), OPTIONS, INDEX_ROWS, 64, euclidean);
    NeighbourSearch exact = NeighbourSearch.exact(700, "cpu", euclidean);
    assertThat(SearchRecall.at(10, queries, corpus, search, exact, 60).share())
        .isBetween(0.97, 1.0);
    assertThatThrownBy(
            () -> VectorIndex.openOrBuild(corpus, temporary.toString(), OPTIONS, INDEX_ROWS))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("holds an index for the similarity euclidean, asked for cosine");
  }

  @Test
  void openOrBuild_manhattan_isRefused() {
    assertThatThrownBy(
            () ->
                NeighbourSearch.approximate(
                    directory.toString(), OPTIONS, INDEX_ROWS, 64, VectorSimilarity.MANHATTAN))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "an HNSW index compares by cosine, dot or euclidean, not by manhattan; search exactly");
  }

  @Test
  void openOrBuild_anotherShape_isRefused() {
    for (HnswOptions other :
        List.of(
            new HnswOptions(8, 100, 100, EmbeddingPrecision.FLOAT32),
            OPTIONS.withPrecision(EmbeddingPrecision.INT8))) {
      assertThatThrownBy(
              () -> VectorIndex.openOrBuild(corpus, directory.toString(), other, INDEX_ROWS))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("index of another shape")
          .hasMessageContaining("Delete the directory");
    }
  }
}
