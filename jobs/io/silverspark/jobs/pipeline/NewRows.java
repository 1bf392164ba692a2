package io.silverspark.jobs.pipeline;

import io.silverspark.jobs.config.PipelineSettings;
import io.silverspark.jobs.config.TrainingData;
import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.PairsTable;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.config.Settings;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RuntimeConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * Training and silver rows that a table did not have in the version of the last retraining.
 *
 * @param versions of the tables now, by name
 * @param rows new rows by table; tables without any are left out
 */
record NewRows(Map<String, Long> versions, Map<String, Long> rows) {
  private static final Logger LOG = LoggerFactory.getLogger(NewRows.class);

  /** Delta reads no version older than a week, though its files may be there. */
  private static final String YOUNG_VERSIONS_ONLY =
      "spark.databricks.delta.vacuum.enforceTimeTravelWithinDeletedFileRetentionDuration";

  /** What Delta says where the log of a version was cleaned away. */
  private static final Set<String> LOG_IS_GONE =
      Set.of(
          "DELTA_VERSION_NOT_FOUND",
          "DELTA_LOG_FILE_NOT_FOUND",
          "DELTA_TRUNCATED_TRANSACTION_LOG",
          "DELTA_NO_RECREATABLE_HISTORY_FOUND",
          "DELTA_UNSUPPORTED_TIME_TRAVEL_BEYOND_DELETED_FILE_RETENTION_DURATION");

  /**
   * The tables whose rows count: those of {@code ingest}, and {@code silver_pairs} if a model of
   * {@code pipeline.models} learns from them.
   */
  static Stream<TableDefinition> tables(JobContext context) {
    Stream<TableDefinition> ingested =
        Stream.of(
            NliPairsTable.DEFINITION,
            StsPairsTable.DEFINITION,
            IntentsTable.DEFINITION,
            PairsTable.DEFINITION);
    Settings settings = context.settings();
    boolean silver =
        TrainingSource.list(settings.get(PipelineSettings.MODELS)).stream()
            .flatMap(source -> TrainingData.of(settings, source).stream())
            .anyMatch(TrainingData::needsSilver);
    return silver ? Stream.concat(ingested, Stream.of(SilverPairsTable.DEFINITION)) : ingested;
  }

  /**
   * Counts them by id. Where the version of then is gone, as after VACUUM, all rows are new.
   *
   * @param last versions of the tables at the last retraining, by name; all rows of others are new
   */
  static NewRows since(JobContext context, Map<String, Long> last) {
    Map<String, Long> versions = new TreeMap<>();
    Map<String, Long> rows = new LinkedHashMap<>();
    tables(context)
        .forEach(
            definition -> {
              StoredTable table = TableStore.of(context).table(definition);
              if (table.exists()) {
                long now = table.version();
                long count = since(context, table, last.get(definition.name()), now);
                versions.put(definition.name(), now);
                if (count > 0) {
                  rows.put(definition.name(), count);
                }
              }
            });
    return new NewRows(versions, rows);
  }

  private static long since(JobContext context, StoredTable table, Long version, long now) {
    Dataset<Row> rows = training(table, table.read(now)).select("id");
    if (version == null) {
      return rows.count();
    }
    if (version == now) {
      return 0;
    }
    try {
      return rows.join(then(context, table, version), new String[] {"id"}, "left_anti").count();
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare
      if (!isGone(e)) {
        throw e;
      }
      LOG.warn("{}: version {} cannot be read", table.path(), version, e);
      context
          .console()
          .tell(
              "retrain: %s: version %d, of the last retraining, is gone, perhaps because VACUUM removed it: all rows count as new"
                  .formatted(table.path(), version));
      // Reads the ids, so that the missing file of a version that is in use stays a failure.
      return rows.where("id is not null").count();
    }
  }

  private static Dataset<Row> then(JobContext context, StoredTable table, long version) {
    RuntimeConfig conf = context.spark().conf();
    Option<String> before = conf.getOption(YOUNG_VERSIONS_ONLY);
    conf.set(YOUNG_VERSIONS_ONLY, false);
    try {
      return training(table, table.read(version)).select("id");
    } finally {
      if (before.isDefined()) {
        conf.set(YOUNG_VERSIONS_ONLY, before.get());
      } else {
        conf.unset(YOUNG_VERSIONS_ONLY);
      }
    }
  }

  /** Whether a failure is one of reading a version whose log or files were removed. */
  private static boolean isGone(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SparkThrowable known && known.getCondition() != null) {
        String condition = known.getCondition();
        if (LOG_IS_GONE.contains(condition)
            // Databricks has a name of its own, with DBR_ before FILE.
            || (condition.startsWith("FAILED_READ_FILE.")
                && condition.endsWith("FILE_NOT_EXIST"))) {
          return true;
        }
      }
    }
    return false;
  }

  private static Dataset<Row> training(StoredTable table, Dataset<Row> rows) {
    return table.definition() == SilverPairsTable.DEFINITION ? rows : rows.where("split = 'train'");
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
