package io.silverspark.jobs.procedures;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.RowNumbers;
import io.silverspark.jobs.table.StableId;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.table.TripletsTable;
import io.silverspark.jobs.table.WriteResult;
import io.silverspark.model.error.UserException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** Triplets of the caller as the run's table of triplets. */
final class TripletInput {
  private static final List<String> TEXTS = List.of("anchor", "positive", "negative");
  private static final String ORDER = "row";

  private TripletInput() {}

  /**
   * Makes the table equal to the rows. Rows that {@code mine} made keep their order and what it
   * says of them; others are in the order of a hash of their texts and count as hard.
   *
   * @param columns of anchor, positive and negative
   * @throws UserException if a text is null or blank, or there is no row
   */
  static void write(JobContext context, Dataset<Row> rows, Map<String, String> columns) {
    List<String> present = Arrays.asList(rows.columns());
    List<Column> selected = new ArrayList<>();
    TEXTS.forEach(role -> selected.add(col("`" + columns.get(role) + "`").cast("string").as(role)));
    for (TableDefinition.TableColumn column : TripletsTable.DEFINITION.columns()) {
      String name = column.name();
      if (!TEXTS.contains(name) && !name.equals("id")) {
        selected.add(
            (present.contains(name) ? col(name) : otherwise(name)).cast(column.type()).as(name));
      }
    }
    Dataset<Row> triplets =
        rows.select(selected.toArray(Column[]::new))
            .withColumn("id", StableId.of(col("anchor"), col("positive"), col("negative")))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      check(triplets);
      Dataset<Row> distinct =
          triplets.orderBy(ORDER, "id").dropDuplicates("id").orderBy(ORDER, "id").drop(ORDER);
      WriteResult written =
          TableStore.of(context)
              .table(TripletsTable.DEFINITION)
              .replace(RowNumbers.add(distinct, ORDER), Map.of());
      context
          .console()
          .tell(String.format(Locale.ROOT, "triplets: %,d rows (%s)", triplets.count(), written));
    } finally {
      triplets.unpersist();
    }
  }

  private static Column otherwise(String column) {
    return lit(column.equals("strategy") ? "hard" : null);
  }

  private static void check(Dataset<Row> triplets) {
    for (String role : TEXTS) {
      long blank = triplets.where(role + " is null or not (" + role + " rlike '\\\\S')").count();
      if (blank > 0) {
        throw new UserException(
            "%,d triplets have no text in %s; leave such rows out".formatted(blank, role));
      }
    }
    if (triplets.isEmpty()) {
      throw new UserException("there are no triplets to learn from");
    }
  }
}
