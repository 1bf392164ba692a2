package io.silverspark.udfs.search;

import static org.apache.spark.sql.functions.col;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.silverspark.model.error.UserException;
import io.silverspark.model.mining.BinaryIndex;
import io.silverspark.model.mining.Neighbour;
import io.silverspark.model.mining.TopK;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.model.quantization.Quantizer;
import io.silverspark.udfs.columns.Columns;
import io.silverspark.udfs.columns.QuantizedColumn;
import io.silverspark.udfs.columns.RowBatches;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import scala.collection.Seq;

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
    JavaRDD<BinaryPart> parts =
        blocks(corpus, multiplier, blockRows).persist(StorageLevel.MEMORY_AND_DISK_SER());
    JavaRDD<VectorRows> blocks =
        VectorRows.dealt(queries, blockRows).persist(StorageLevel.MEMORY_AND_DISK_SER());
    return new NeighbourLists(
        queries.sparkSession(), BlockGrid.search(blocks, parts, excludeSelf, k));
  }

  private static JavaRDD<BinaryPart> blocks(Dataset<Row> corpus, int multiplier, int blockRows) {
    Columns.id(corpus.schema(), VectorRows.ID);
    Dataset<Row> rows = corpus.select(VectorRows.ID, VectorRows.EMBEDDING);
    EmbeddingPrecision precision = precision(rows.schema());
    Dataset<Row> bits =
        precision == EmbeddingPrecision.FLOAT32
            ? QuantizedColumn.quantize(
                rows, VectorRows.EMBEDDING, Quantizer.binary(EmbeddingPrecision.UBINARY))
            : rows;
    return bits.repartition(BlockGrid.partitions(rows.count(), blockRows), col(VectorRows.ID))
        .sortWithinPartitions(VectorRows.ID)
        .javaRDD()
        .mapPartitions(
            partition ->
                new RowBatches<>(
                    partition,
                    blockRows,
                    buffer -> List.of(BinaryPart.of(buffer, precision, multiplier))));
  }

  /** What the type of the column says that it holds. */
  private static EmbeddingPrecision precision(StructType schema) {
    DataType type = schema.apply(VectorRows.EMBEDDING).dataType();
    DataType element = type instanceof ArrayType array ? array.elementType() : type;
    if (element.equals(DataTypes.FloatType) && type instanceof ArrayType) {
      return EmbeddingPrecision.FLOAT32;
    }
    if (element.equals(DataTypes.ByteType) && type instanceof ArrayType) {
      return EmbeddingPrecision.BINARY;
    }
    if (element.equals(DataTypes.ShortType) && type instanceof ArrayType) {
      return EmbeddingPrecision.UBINARY;
    }
    throw new UserException(
        ("column 'embedding' has type %s, needs array<tinyint> (binary), array<smallint> (ubinary)"
                + " or array<float>")
            .formatted(type.simpleString()));
  }

  /**
   * A block of the corpus.
   *
   * @param ids [rows], ascending
   */
  @DefaultSerializer(JavaSerializer.class) // not by Kryo, which cannot read records
  record BinaryPart(long[] ids, BinaryIndex index, int multiplier)
      implements BlockGrid.Part<VectorRows> {
    static BinaryPart of(List<Row> rows, EmbeddingPrecision precision, int multiplier) {
      long[] ids = new long[rows.size()];
      byte[][] vectors = new byte[rows.size()][];
      for (int i = 0; i < ids.length; i++) {
        if (rows.get(i).isNullAt(0)) {
          throw new UserException("column 'id' has a null; every embedding needs an id");
        }
        ids[i] = rows.get(i).getLong(0);
        vectors[i] = bytes(rows.get(i).getSeq(1), ids[i]);
      }
      EmbeddingPrecision stored =
          precision == EmbeddingPrecision.FLOAT32 ? EmbeddingPrecision.UBINARY : precision;
      return new BinaryPart(ids, BinaryIndex.of(vectors, stored), multiplier);
    }

    private static byte[] bytes(Seq<?> stored, long id) {
      if (stored == null) {
        throw new UserException("the row with id " + id + " has no embedding (null)");
      }
      byte[] bytes = new byte[stored.length()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = ((Number) stored.apply(i)).byteValue();
      }
      return bytes;
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
