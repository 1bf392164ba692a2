package io.silverspark.udfs.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.SparkFixture;
import io.silverspark.model.mining.BinaryIndex;
import io.silverspark.model.mining.Neighbour;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.model.quantization.Quantizer;
import io.silverspark.udfs.columns.QuantizedColumn;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class BinarySearchTest {
  private static final float[][] CORPUS = centred(VectorData.random(600, 40, 5));
  private static final float[][] QUERIES = centred(VectorData.random(20, 40, 6));

  /** Rows that hold no other bits than the sign of each component. */
  private static float[][] centred(float[][] drawn) {
    for (float[] row : drawn) {
      for (int i = 0; i < row.length; i++) {
        row[i] -= 0.1f;
      }
    }
    return drawn;
  }

  @Test
  void find_inOneBlock_equalsTheIndex_whateverTheColumnHolds(SparkSession spark) {
    Dataset<Row> floats = VectorData.rows(spark, CORPUS, 3);
    Dataset<Row> queries = VectorData.rows(spark, QUERIES, 2);
    byte[][] bits = Quantizer.binary(EmbeddingPrecision.UBINARY).quantize(CORPUS);
    BinaryIndex index = BinaryIndex.of(bits, EmbeddingPrecision.UBINARY);
    for (Dataset<Row> corpus :
        List.of(
            floats,
            quantized(floats, EmbeddingPrecision.BINARY),
            quantized(floats, EmbeddingPrecision.UBINARY))) {
      List<Row> found = sorted(NeighbourSearch.binary(3, 1000).find(queries, corpus, 4, false));
      assertThat(found).hasSize(QUERIES.length * 4);
      for (int i = 0; i < found.size(); i++) {
        Neighbour expected = index.search(QUERIES[i / 4], 4, 3).get(i % 4);
        assertThat(found.get(i).getLong(1)).isEqualTo(expected.id());
        assertThat(found.get(i).getFloat(2)).isEqualTo(expected.score());
      }
    }
  }

  @Test
  void find_inBlocks_findsNoFewerOfTheTrueOnes_andLeavesOutItself(SparkSession spark) {
    Dataset<Row> corpus = VectorData.rows(spark, CORPUS, 3).localCheckpoint();
    NeighbourSearch exact = NeighbourSearch.exact(700, "cpu");
    double one =
        SearchRecall.at(5, corpus, corpus, NeighbourSearch.binary(4, 1000), exact, 40).share();
    double many =
        SearchRecall.at(5, corpus, corpus, NeighbourSearch.binary(4, 100), exact, 40).share();
    assertThat(one).isBetween(0.4, 1.0);
    assertThat(many).isBetween(one, 1.0);
    List<Row> found = sorted(NeighbourSearch.binary(2, 100).find(corpus, corpus, 3, true));
    assertThat(found).hasSize(CORPUS.length * 3);
    assertThat(found).noneMatch(row -> row.getLong(0) == row.getLong(1));
  }

  @Test
  void otherColumnsAndNumbers_areRefused(SparkSession spark) {
    Dataset<Row> corpus = VectorData.rows(spark, CORPUS, 1);
    NeighbourSearch search = NeighbourSearch.binary(1, 100);
    assertThatThrownBy(
            () -> search.find(corpus, corpus.selectExpr("id", "'x' as embedding"), 1, false))
        .hasMessage(
            "column 'embedding' has type string, needs array<tinyint> (binary), array<smallint>"
                + " (ubinary) or array<float>");
    assertThatThrownBy(() -> NeighbourSearch.binary(0, 1)).hasMessageContaining("got 0 and 1");
  }

  private static Dataset<Row> quantized(Dataset<Row> rows, EmbeddingPrecision precision) {
    return QuantizedColumn.quantize(rows, "embedding", Quantizer.binary(precision));
  }

  private static List<Row> sorted(NeighbourLists lists) {
    return VectorData.sorted(lists.rows(), "query_id", "rank");
  }
}
