package io.silverspark.udfs.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.SparkFixture;
import io.silverspark.model.mining.BlockedSimilarity;
import io.silverspark.model.mining.Neighbour;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.model.quantization.EmbeddingRanges;
import io.silverspark.model.quantization.Quantizer;
import io.silverspark.udfs.columns.QuantizedColumn;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class ByteSearchTest {
  private static final float[][] CORPUS = VectorData.random(600, 40, 5);
  private static final float[][] QUERIES = VectorData.random(20, 40, 6);
  private static final EmbeddingRanges RANGES = EmbeddingRanges.of(CORPUS);

  private static NeighbourSearch search(int blockRows, VectorSimilarity similarity) {
    return NeighbourSearch.bytes(RANGES, blockRows, "cpu", similarity);
  }

  @Test
  void find_equalsTheSearchOfRestoredVectors_whateverColumnAndBlocks(SparkSession spark) {
    Dataset<Row> floats = VectorData.rows(spark, CORPUS, 3);
    Dataset<Row> queries = VectorData.rows(spark, QUERIES, 2);
    Quantizer quantizer = Quantizer.bytes(EmbeddingPrecision.INT8, RANGES);
    float[][] restored =
        Arrays.stream(CORPUS)
            .map(row -> quantizer.restore(quantizer.quantize(row)))
            .toArray(float[][]::new);
    VectorSimilarity dot = VectorSimilarity.DOT;
    List<List<Neighbour>> expected = BlockedSimilarity.of(restored, dot).search(QUERIES, 4);
    for (Dataset<Row> corpus :
        List.of(
            floats,
            quantized(floats, EmbeddingPrecision.INT8),
            quantized(floats, EmbeddingPrecision.UINT8))) {
      List<Row> found = sorted(search(250, dot).find(queries, corpus, 4, false));
      assertThat(found).hasSize(QUERIES.length * 4);
      for (int i = 0; i < found.size(); i++) {
        Neighbour neighbour = expected.get(i / 4).get(i % 4);
        assertThat(found.get(i).getLong(1)).isEqualTo(neighbour.id());
        assertThat(found.get(i).getFloat(2)).isEqualTo(neighbour.score());
      }
    }
  }

  @Test
  void find_byCosine_findsTheTrueOnes_andLeavesOutItself(SparkSession spark) {
    Dataset<Row> corpus = VectorData.rows(spark, CORPUS, 3).localCheckpoint();
    NeighbourSearch bytes = search(250, VectorSimilarity.COSINE);
    NeighbourSearch exact = NeighbourSearch.exact(700, "cpu");
    assertThat(SearchRecall.at(10, corpus, corpus, bytes, exact, 60).share()).isBetween(0.95, 1.0);
    List<Row> found = sorted(bytes.find(corpus, corpus, 3, true));
    assertThat(found).hasSize(CORPUS.length * 3);
    assertThat(found).noneMatch(row -> row.getLong(0) == row.getLong(1));
  }

  @Test
  void ranges_ofAColumn_areThoseOfItsVectors(SparkSession spark) {
    Dataset<Row> rows =
        VectorData.rows(spark, CORPUS, 3).selectExpr("if(id = 3, null, embedding) as e");
    float[][] others =
        IntStream.range(0, CORPUS.length)
            .filter(row -> row != 3)
            .mapToObj(row -> CORPUS[row])
            .toArray(float[][]::new);
    assertThat(QuantizedColumn.ranges(rows, "e")).isEqualTo(EmbeddingRanges.of(others));
    assertThatThrownBy(() -> QuantizedColumn.ranges(rows.limit(0), "e"))
        .hasMessage("column 'e' has no vectors for ranges");
  }

  @Test
  void otherColumns_areRefused(SparkSession spark) {
    Dataset<Row> corpus = VectorData.rows(spark, CORPUS, 1);
    assertThatThrownBy(
            () ->
                search(100, VectorSimilarity.DOT)
                    .find(corpus, corpus.selectExpr("id", "'x' as embedding"), 1, false))
        .hasMessage(
            "column 'embedding' has type string, needs array<tinyint> (int8), array<smallint>"
                + " (uint8) or array<float>");
  }

  private static Dataset<Row> quantized(Dataset<Row> rows, EmbeddingPrecision precision) {
    return QuantizedColumn.quantize(rows, "embedding", Quantizer.bytes(precision, RANGES));
  }

  private static List<Row> sorted(NeighbourLists lists) {
    return VectorData.sorted(lists.rows(), "query_id", "rank");
  }
}
