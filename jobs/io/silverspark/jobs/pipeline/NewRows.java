package io.silverspark.jobs.pipeline;

import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.PairsTable;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Training and silver rows that a table did not have in the version of the last retraining.
 *
 * @param versions of the tables now, by name
 * @param rows new rows by table; tables without any are left out
 */
record NewRows(Map<String, Long> versions, Map<String, Long> rows) {
  private static final Logger LOG = LoggerFactory.getLogger(NewRows.class);
  private static final List<TableDefinition> TABLES =
      List.of(
          NliPairsTable.DEFINITION,
          StsPairsTable.DEFINITION,
          IntentsTable.DEFINITION,
          PairsTable.DEFINITION,
          SilverPairsTable.DEFINITION);

  /**
   * Counts them by id. Where the version of then is gone, as after VACUUM, all rows are new.
   *
   * @param last versions of the tables at the last retraining, by name; all rows of others are new
   */
  static NewRows since(JobContext context, Map<String, Long> last) {
    Map<String, Long> versions = new TreeMap<>();
    Map<String, Long> rows = new LinkedHashMap<>();
    for (TableDefinition definition : TABLES) {
      StoredTable table = TableStore.of(context).table(definition);
      if (table.exists()) {
        String name = definition.name();
        versions.put(name, table.version());
        Long then = last.get(name);
        long count =
            then == null
                ? training(definition, table.read()).count()
                : then == table.version() ? 0 : since(context, definition, table, then);
        if (count > 0) {
          rows.put(name, count);
        }
      }
    }
    return new NewRows(versions, rows);
  }

  private static long since(
      JobContext context, TableDefinition definition, StoredTable table, long version) {
    Dataset<Row> now = training(definition, table.read());
    try {
      Dataset<Row> then = training(definition, table.read(version)).select("id");
      return now.join(then, new String[] {"id"}, "left_anti").count();
    } catch (RuntimeException e) {
      LOG.warn("{}: version {} cannot be read", table.path(), version, e);
      context
          .console()
          .tell(
              "retrain: %s: version %d, of the last retraining, cannot be read, perhaps because VACUUM removed it: all rows count as new"
                  .formatted(table.path(), version));
      return now.count();
    }
  }

  private static Dataset<Row> training(TableDefinition definition, Dataset<Row> rows) {
    return definition == SilverPairsTable.DEFINITION ? rows : rows.where("split = 'train'");
  }

  long total() {
    return rows.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Such as {@code 1,234 new rows (pairs 1,200, silver_pairs 34)}. */
  String text() {
    String parts =
        rows.entrySet().stream()
            .map(e -> String.format(Locale.ROOT, "%s %,d", e.getKey(), e.getValue()))
            .collect(Collectors.joining(", "));
    return String.format(Locale.ROOT, "%,d new rows", total())
        + (parts.isEmpty() ? "" : " (" + parts + ")");
  }
}
