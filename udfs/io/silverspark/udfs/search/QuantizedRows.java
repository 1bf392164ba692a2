package io.silverspark.udfs.search;

import static org.apache.spark.sql.functions.col;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.silverspark.model.error.UserException;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.model.quantization.Quantizer;
import io.silverspark.udfs.columns.Columns;
import io.silverspark.udfs.columns.QuantizedColumn;
import io.silverspark.udfs.columns.RowBatches;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;

/**
 * Quantised vectors with their ids, a block at a time.
 *
 * @param ids [rows], ascending
 * @param vectors [rows][bytes]
 * @param precision of all of them
 */
@DefaultSerializer(JavaSerializer.class) // not by Kryo, which cannot read records
record QuantizedRows(long[] ids, byte[][] vectors, EmbeddingPrecision precision)
    implements Serializable {
  /**
   * The rows dealt by id to partitions of one block, rarely two. Counts the rows.
   *
   * @param corpus columns {@code id} and {@code embedding}: {@code array<tinyint>} or {@code
   *     array<smallint>}, the signed or unsigned numbers of the quantizer's kind, or {@code
   *     array<float>}
   * @param ofFloats quantises the last
   * @throws UserException if a column is missing or of another type
   */
  static JavaRDD<QuantizedRows> dealt(Dataset<Row> corpus, Quantizer ofFloats, int blockRows) {
    Columns.id(corpus.schema(), VectorRows.ID);
    Dataset<Row> rows = corpus.select(VectorRows.ID, VectorRows.EMBEDDING);
    boolean floats = element(rows.schema()).equals(DataTypes.FloatType);
    Dataset<Row> quantized =
        floats ? QuantizedColumn.quantize(rows, VectorRows.EMBEDDING, ofFloats) : rows;
    EmbeddingPrecision precision = precision(quantized.schema(), ofFloats.precision());
    return quantized
        .repartition(BlockGrid.partitions(rows.count(), blockRows), col(VectorRows.ID))
        .sortWithinPartitions(VectorRows.ID)
        .javaRDD()
        .mapPartitions(
            partition ->
                new RowBatches<>(partition, blockRows, buffer -> List.of(of(buffer, precision))));
  }

  /** What the type of the column says that it holds. */
  private static EmbeddingPrecision precision(StructType schema, EmbeddingPrecision kind) {
    EmbeddingPrecision signed =
        kind.isBinary() ? EmbeddingPrecision.BINARY : EmbeddingPrecision.INT8;
    EmbeddingPrecision unsigned =
        kind.isBinary() ? EmbeddingPrecision.UBINARY : EmbeddingPrecision.UINT8;
    DataType element = element(schema);
    if (element.equals(DataTypes.ByteType)) {
      return signed;
    }
    if (element.equals(DataTypes.ShortType)) {
      return unsigned;
    }
    throw new UserException(
        ("column 'embedding' has type %s, needs array<tinyint> (%s), array<smallint> (%s) or"
                + " array<float>")
            .formatted(
                schema.apply(VectorRows.EMBEDDING).dataType().simpleString(),
                signed.title(),
                unsigned.title()));
  }

  private static DataType element(StructType schema) {
    return schema.apply(VectorRows.EMBEDDING).dataType() instanceof ArrayType array
        ? array.elementType()
        : DataTypes.NullType;
  }

  private static QuantizedRows of(List<Row> rows, EmbeddingPrecision precision) {
    long[] ids = new long[rows.size()];
    byte[][] vectors = new byte[rows.size()][];
    for (int i = 0; i < ids.length; i++) {
      if (rows.get(i).isNullAt(0)) {
        throw new UserException("column 'id' has a null; every embedding needs an id");
      }
      ids[i] = rows.get(i).getLong(0);
      vectors[i] = bytes(rows.get(i).getSeq(1), ids[i]);
    }
    return new QuantizedRows(ids, vectors, precision);
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
}
