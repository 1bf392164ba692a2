package io.silverspark.udfs.search;

import static org.apache.spark.sql.functions.col;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.silverspark.model.error.UserException;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.udfs.columns.Columns;
import io.silverspark.udfs.columns.RowBatches;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Vectors with their ids, a block at a time.
 *
 * @param ids [rows]
 * @param vectors [rows][width]
 */
@DefaultSerializer(JavaSerializer.class) // not by Kryo, which cannot read records
public record VectorRows(long[] ids, float[][] vectors) implements BlockGrid.IdBlock {
  /** Name of the id column, {@code bigint}. */
  public static final String ID = "id";

  /** Name of the vector column, {@code array<float>}. */
  public static final String EMBEDDING = "embedding";

  private static final StructType SCHEMA =
      new StructType().add(ID, DataTypes.LongType, false).add(EMBEDDING, Columns.VECTOR, false);

  /** Checks the types of the columns. */
  public static void requireColumns(StructType schema) {
    Columns.id(schema, ID);
    Columns.vector(schema, EMBEDDING);
  }

  /** Rows (id, embedding) in blocks of at most a given number, per partition, lazily. */
  static JavaRDD<VectorRows> blocks(Dataset<Row> rows, int blockRows) {
    requireColumns(rows.schema());
    return rows.select(ID, EMBEDDING)
        .javaRDD()
        .mapPartitions(partition -> blocks(partition, blockRows));
  }

  /**
   * The rows dealt by id to partitions of one block, rarely two: each block holds the same rows in
   * the same order whenever it is computed. Counts the rows.
   */
  static JavaRDD<VectorRows> dealt(Dataset<Row> rows, int blockRows) {
    int partitions = BlockGrid.partitions(rows.count(), blockRows);
    return blocks(
        rows.select(ID, EMBEDDING).repartition(partitions, col(ID)).sortWithinPartitions(ID),
        blockRows);
  }

  /**
   * Vectors scaled to length 1; rows with a null are left out.
   *
   * @param rows columns id and embedding
   * @return the same columns; computed when used
   * @throws io.silverspark.model.error.UserException if a column is missing or of another type
   */
  public static Dataset<Row> unit(Dataset<Row> rows) {
    requireColumns(rows.schema());
    return rows.select(ID, EMBEDDING)
        .where(col(ID).isNotNull().and(col(EMBEDDING).isNotNull()))
        .map(
            (MapFunction<Row, Row>)
                row ->
                    RowFactory.create(
                        row.getLong(0),
                        VectorSimilarity.unit(Columns.vector(row, 1, row.getLong(0)))),
            Encoders.row(SCHEMA));
  }

  static Iterator<VectorRows> blocks(Iterator<Row> rows, int blockRows) {
    return new RowBatches<>(rows, blockRows, buffer -> List.of(of(buffer)));
  }

  private static VectorRows of(List<Row> rows) {
    long[] ids = new long[rows.size()];
    float[][] vectors = new float[rows.size()][];
    for (int i = 0; i < ids.length; i++) {
      Row row = rows.get(i);
      if (row.isNullAt(0)) {
        throw new UserException("column 'id' has a null; every embedding needs an id");
      }
      ids[i] = row.getLong(0);
      vectors[i] = Columns.vector(row, 1, ids[i]);
      if (vectors[i].length != vectors[0].length) {
        throw new UserException(
            "embeddings have different widths: id %d has %d, id %d has %d"
                .formatted(ids[0], vectors[0].length, ids[i], vectors[i].length));
      }
    }
    return new VectorRows(ids, vectors);
  }
}
