package io.silverspark.udfs.search;

import static org.apache.spark.sql.functions.col;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.silverspark.model.error.UserException;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.mining.SparseIndex;
import io.silverspark.model.mining.TopK;
import io.silverspark.model.sparse.SparseVector;
import io.silverspark.udfs.columns.Columns;
import io.silverspark.udfs.columns.RowBatches;
import io.silverspark.udfs.columns.SparseEmbedding;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.storage.StorageLevel;

/**
 * Exact nearest rows by sparse vectors across the executors. The corpus is dealt by id to parts of
 * {@code blockRows} rows, each a {@link SparseIndex} that Spark keeps in serialised form in memory
 * or on disk; each block of queries meets each part, and the results are merged. Scores, ranks and
 * ties (ascending {@code corpus_id}) are the same for any partitioning.
 */
final class SparseSearch {
  private SparseSearch() {}

  static NeighbourLists find(
      Dataset<Row> queries,
      Dataset<Row> corpus,
      int k,
      boolean excludeSelf,
      int blockRows,
      Similarity similarity) {
    JavaRDD<IndexPart> parts =
        SparseRows.dealt(corpus, blockRows)
            .map(rows -> new IndexPart(SparseIndex.of(rows.ids(), rows.vectors(), similarity)))
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    JavaRDD<SparseRows> blocks =
        SparseRows.dealt(queries, blockRows).persist(StorageLevel.MEMORY_AND_DISK_SER());
    return new NeighbourLists(
        queries.sparkSession(), BlockGrid.search(blocks, parts, excludeSelf, k));
  }

  /** A part of the corpus. */
  @DefaultSerializer(JavaSerializer.class) // not by Kryo, which cannot read records
  record IndexPart(SparseIndex index) implements BlockGrid.Part<SparseRows> {
    @Override
    public void search(SparseRows queries, boolean excludeSelf, List<TopK> best) {
      List<SparseVector> vectors = queries.vectors();
      for (int query = 0; query < vectors.size(); query++) {
        index.search(vectors.get(query), excludeSelf, queries.ids()[query], best.get(query));
      }
    }
  }

  /**
   * Sparse vectors with their ids, a block at a time.
   *
   * @param ids [rows], ascending
   * @param indices [rows][active]
   * @param values [rows][active]
   */
  @DefaultSerializer(JavaSerializer.class) // not by Kryo, which cannot read records
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record SparseRows(long[] ids, int[][] indices, float[][] values) implements BlockGrid.IdBlock {
    /** As {@link VectorRows#dealt}. */
    static JavaRDD<SparseRows> dealt(Dataset<Row> rows, int blockRows) {
      Columns.id(rows.schema(), VectorRows.ID);
      DataType found = rows.schema().apply(VectorRows.EMBEDDING).dataType();
      if (!DataType.equalsIgnoreNullability(found, SparseEmbedding.VECTOR)) {
        throw new UserException(
            "column '%s' has type %s, needs %s"
                .formatted(
                    VectorRows.EMBEDDING,
                    found.simpleString(),
                    SparseEmbedding.VECTOR.simpleString()));
      }
      int partitions = BlockGrid.partitions(rows.count(), blockRows);
      return rows.select(VectorRows.ID, VectorRows.EMBEDDING)
          .repartition(partitions, col(VectorRows.ID))
          .sortWithinPartitions(VectorRows.ID)
          .javaRDD()
          .mapPartitions(
              partition -> new RowBatches<>(partition, blockRows, buffer -> List.of(of(buffer))));
    }

    private static SparseRows of(List<Row> rows) {
      long[] ids = new long[rows.size()];
      int[][] indices = new int[ids.length][];
      float[][] values = new float[ids.length][];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = rows.get(i).getLong(0);
        if (rows.get(i).isNullAt(1)) {
          throw new UserException("the row with id " + ids[i] + " has no embedding (null)");
        }
        SparseVector vector = SparseEmbedding.vector(rows.get(i), 1);
        indices[i] = vector.indices();
        values[i] = vector.values();
      }
      return new SparseRows(ids, indices, values);
    }

    List<SparseVector> vectors() {
      List<SparseVector> vectors = new ArrayList<>(ids.length);
      for (int i = 0; i < ids.length; i++) {
        vectors.add(new SparseVector(indices[i], values[i]));
      }
      return vectors;
    }
  }
}
