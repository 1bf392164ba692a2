package io.silverspark.udfs.search;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.silverspark.model.mining.BlockedSimilarity;
import io.silverspark.model.mining.ScoreBlocks;
import io.silverspark.model.mining.TopK;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.model.quantization.EmbeddingRanges;
import io.silverspark.model.quantization.Quantizer;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Nearest neighbours among int8 or uint8 vectors across the executors. The corpus is kept and moved
 * in a byte a component; a task restores a few thousand vectors at a time and compares them with
 * the float queries as {@link SemanticSearch} does.
 */
final class ByteSearch {
  private ByteSearch() {}

  static NeighbourLists find(
      Dataset<Row> queries, Dataset<Row> corpus, EmbeddingRanges ranges, SearchOptions options) {
    JavaRDD<BytePart> parts =
        QuantizedRows.dealt(
                corpus, Quantizer.bytes(EmbeddingPrecision.INT8, ranges), options.blockRows())
            .map(
                rows ->
                    new BytePart(
                        rows,
                        Quantizer.bytes(rows.precision(), ranges),
                        options.similarity(),
                        options.scoreBlocks()))
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    JavaRDD<VectorRows> blocks =
        VectorRows.dealt(queries, options.blockRows()).persist(StorageLevel.MEMORY_AND_DISK_SER());
    return new NeighbourLists(
        queries.sparkSession(),
        BlockGrid.search(blocks, parts, options.excludeSelf(), options.k()));
  }

  /** A block of the corpus, and how its vectors are restored and compared. */
  @DefaultSerializer(JavaSerializer.class) // not by Kryo, which cannot read records
  record BytePart(
      QuantizedRows rows, Quantizer quantizer, VectorSimilarity similarity, ScoreBlocks blocks)
      implements BlockGrid.Part<VectorRows> {
    private static final int RESTORED = 4096;

    @Override
    public void search(VectorRows queries, boolean excludeSelf, List<TopK> best) {
      long[] excluded = excludeSelf ? queries.ids() : null;
      int count = rows.ids().length;
      for (int from = 0; from < count; from += RESTORED) {
        int to = Math.min(count, from + RESTORED);
        float[][] restored = new float[to - from][];
        for (int row = from; row < to; row++) {
          restored[row - from] = quantizer.restore(rows.vectors()[row]);
        }
        BlockedSimilarity.of(Arrays.copyOfRange(rows.ids(), from, to), restored, similarity, blocks)
            .search(queries.vectors(), excluded, best);
      }
    }
  }
}
