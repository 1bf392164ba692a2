package io.silverspark.jobs.procedures;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.posexplode;
import static org.apache.spark.sql.functions.struct;

import io.silverspark.jobs.ingest.InputColumns;
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
  private static final String PLACE = "place";

  private TripletInput() {}

  /**
   * Makes the table equal to the rows, a triplet for each negative. Rows that {@code mine} made
   * keep their order and what it says of them; others are in the order of a hash of their texts and
   * count as hard.
   *
   * @throws UserException if a text is null or blank, or there is no row
   */
  static void write(JobContext context, Dataset<Row> rows, InputColumns input) {
    Dataset<Row> triplets = triplets(rows, input).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      check(triplets);
      Dataset<Row> sorted =
          distinct(triplets)
              .orderBy(
                  col(ORDER), StableId.of(col("anchor"), col("positive")), col(PLACE), col("id"))
              .drop(ORDER, PLACE);
      WriteResult written =
          TableStore.of(context)
              .table(TripletsTable.DEFINITION)
              .replace(RowNumbers.add(sorted, ORDER), Map.of());
      context
          .console()
          .tell(String.format(Locale.ROOT, "triplets: %,d rows (%s)", triplets.count(), written));
    } finally {
      triplets.unpersist();
    }
  }

  /** Of repeated triplets the first in the order of the table, whoever computes it. */
  private static Dataset<Row> distinct(Dataset<Row> triplets) {
    List<Column> fields = new ArrayList<>(List.of(col(ORDER), col(PLACE)));
    for (String name : triplets.columns()) {
      if (!List.of(ORDER, PLACE, "id").contains(name)) {
        fields.add(col(name));
      }
    }
    return triplets
        .groupBy("id")
        .agg(min(struct(fields.toArray(Column[]::new))).as("first"))
        .select("first.*", "id");
  }

  private static Dataset<Row> triplets(Dataset<Row> rows, InputColumns input) {
    List<String> present = Arrays.asList(rows.columns());
    List<Column> selected = new ArrayList<>();
    for (String role : List.of("anchor", "positive")) {
      selected.add(text(input.columns().get(role)).as(role));
    }
    for (TableDefinition.TableColumn column : TripletsTable.DEFINITION.columns()) {
      String name = column.name();
      if (!TEXTS.contains(name) && !name.equals("id")) {
        selected.add(
            (present.contains(name) ? col(name) : otherwise(name)).cast(column.type()).as(name));
      }
    }
    Column[] negatives = input.negatives().stream().map(TripletInput::text).toArray(Column[]::new);
    selected.add(posexplode(array(negatives)).as(new String[] {PLACE, "negative"}));
    return rows.select(selected.toArray(Column[]::new))
        .withColumn("id", StableId.of(col("anchor"), col("positive"), col("negative")));
  }

  private static Column text(String column) {
    return col("`" + column.replace("`", "``") + "`").cast("string");
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
