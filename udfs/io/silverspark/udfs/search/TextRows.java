package io.silverspark.udfs.search;

import static org.apache.spark.sql.functions.col;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.silverspark.udfs.columns.Columns;
import io.silverspark.udfs.columns.RowBatches;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Texts with their ids, a block at a time.
 *
 * @param ids [rows], ascending
 * @param texts [rows]
 */
@DefaultSerializer(JavaSerializer.class) // not by Kryo, which cannot read records
record TextRows(long[] ids, String[] texts) implements IdBlock {
  static final String TEXT = "text";

  /** As {@link VectorRows#dealt}. */
  static JavaRDD<TextRows> dealt(Dataset<Row> rows, int blockRows) {
    Columns.id(rows.schema(), VectorRows.ID);
    Columns.text(rows.schema(), TEXT);
    int partitions = BlockGrid.partitions(rows.count(), blockRows);
    return rows.select(VectorRows.ID, TEXT)
        .repartition(partitions, col(VectorRows.ID))
        .sortWithinPartitions(VectorRows.ID)
        .javaRDD()
        .mapPartitions(
            partition ->
                new RowBatches<>(partition, blockRows, buffer -> List.of(TextRows.of(buffer))));
  }

  private static TextRows of(List<Row> rows) {
    return new TextRows(
        rows.stream().mapToLong(row -> row.getLong(0)).toArray(),
        rows.stream().map(row -> row.getString(1)).toArray(String[]::new));
  }
}
