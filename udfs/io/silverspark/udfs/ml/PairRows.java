package io.silverspark.udfs.ml;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import io.silverspark.model.error.UserException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The columns in use of the rows that a {@link BiEncoderTrainer} learns from: texts, then the label
 * where there is one. Their order, by the bytes of the texts and the label, does not depend on the
 * partitions.
 */
final class PairRows {
  private final BiEncoderTrainer trainer;
  private final Dataset<Row> rows;
  private final int texts;

  PairRows(BiEncoderTrainer trainer, Dataset<Row> all) {
    this.trainer = trainer;
    List<Column> columns = new ArrayList<>();
    columns.add(col(trainer.getFirstCol()).as("first"));
    columns.add(col(trainer.getSecondCol()).as("second"));
    if (trainer.usesLabels()) {
      columns.add(col(trainer.getLabelCol()).cast("float").as("label"));
    } else if (trainer.usesNegatives()) {
      columns.add(col(trainer.getNegativeCol()).as("negative"));
    }
    this.texts = trainer.usesNegatives() ? 3 : 2;
    this.rows = all.select(columns.toArray(Column[]::new));
  }

  /** Number of texts in a row. */
  int texts() {
    return texts;
  }

  /**
   * All rows in their order, if the driver is to hold so many.
   *
   * @throws UserException if one of them has a null
   */
  Optional<List<Row>> inMemory() {
    int most = trainer.getRowsInMemory();
    List<Row> some =
        new ArrayList<>(rows.limit((int) Math.min(Integer.MAX_VALUE, most + 1L)).collectAsList());
    some.stream().filter(Row::anyNull).findFirst().ifPresent(this::refuse);
    if (some.size() > most) {
      return Optional.empty();
    }
    some.sort(this::compare);
    return Optional.of(some);
  }

  private void refuse(Row row) {
    throw new UserException(
        "%s: a null in row %s; leave such rows out first".formatted(trainer.uid(), row));
  }

  /** As Spark compares rows. */
  private int compare(Row one, Row other) {
    for (int column = 0; column < texts; column++) {
      int order = Arrays.compareUnsigned(bytes(one, column), bytes(other, column));
      if (order != 0) {
        return order;
      }
    }
    return trainer.usesLabels() ? Float.compare(one.getFloat(2), other.getFloat(2)) : 0;
  }

  private static byte[] bytes(Row row, int column) {
    return row.getString(column).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The rows as {@link io.silverspark.udfs.shards.TokenizedShards} takes them.
   *
   * @throws UserException if one of them has a null
   */
  Dataset<Row> examples() {
    Column[] all = Stream.of(rows.columns()).map(name -> col(name)).toArray(Column[]::new);
    Column anyNull = Stream.of(all).map(Column::isNull).reduce(Column::or).orElseThrow();
    rows.where(anyNull).limit(1).collectAsList().forEach(this::refuse);
    Column labels = trainer.usesLabels() ? array(col("label")) : lit(null).cast("array<float>");
    return rows.select(
        struct(all).as("position"),
        array(Arrays.copyOf(all, texts)).as("texts"),
        labels.as("labels"));
  }
}
