package io.silverspark.udfs.search;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.silverspark.model.mining.BinaryIndex;
import io.silverspark.model.mining.Neighbour;
import io.silverspark.model.mining.TopK;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.model.quantization.Quantizer;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Nearest neighbours among binary vectors across the executors, rescored by the float queries. A
 * block of the corpus gives {@code k * multiplier} candidates of its own, so smaller blocks find
 * more.
 */
final class BinarySearch {
  private BinarySearch() {}

  static NeighbourLists find(
      Dataset<Row> queries,
      Dataset<Row> corpus,
      int k,
      boolean excludeSelf,
      int multiplier,
      int blockRows) {
    Quantizer bits = Quantizer.binary(EmbeddingPrecision.BINARY);
    JavaRDD<BinaryPart> parts =
        QuantizedRows.dealt(corpus, bits, blockRows)
            .map(rows -> BinaryPart.of(rows, multiplier))
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    JavaRDD<VectorRows> blocks =
        VectorRows.dealt(queries, blockRows).persist(StorageLevel.MEMORY_AND_DISK_SER());
    return new NeighbourLists(
        queries.sparkSession(), BlockGrid.search(blocks, parts, excludeSelf, k));
  }

  /**
   * A block of the corpus.
   *
   * @param ids [rows], ascending
   */
  @DefaultSerializer(JavaSerializer.class) // not by Kryo, which cannot read records
  record BinaryPart(long[] ids, BinaryIndex index, int multiplier)
      implements BlockGrid.Part<VectorRows> {
    static BinaryPart of(QuantizedRows rows, int multiplier) {
      return new BinaryPart(
          rows.ids(), BinaryIndex.of(rows.vectors(), rows.precision()), multiplier);
    }

    @Override
    public void search(VectorRows queries, boolean excludeSelf, List<TopK> best) {
      for (int query = 0; query < queries.ids().length; query++) {
        TopK nearest = best.get(query);
        int k = nearest.capacity() + (excludeSelf ? 1 : 0);
        for (Neighbour found : index.search(queries.vectors()[query], k, multiplier)) {
          long id = ids[(int) found.id()];
          if (!excludeSelf || id != queries.ids()[query]) {
            nearest.offer(id, found.score());
          }
        }
      }
    }
  }
}
