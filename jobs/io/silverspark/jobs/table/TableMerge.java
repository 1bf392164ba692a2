package io.silverspark.jobs.table;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;

import java.util.ConcurrentModificationException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a table, or the part of it in a scope, equal to some rows. Where only rows are missing they
 * are appended, which is faster than Delta's MERGE; a second driver that appends at the same moment
 * is told by a transaction number, because Delta lets two appends pass.
 */
final class TableMerge {
  private static final Logger LOG = LoggerFactory.getLogger(TableMerge.class);
  private static final AtomicLong VIEWS = new AtomicLong();
  private static final String INSERTS = "silverspark-merge";
  private static final int ATTEMPTS = 5;

  private final SparkSession spark;
  private final StoredTable table;
  private final Dataset<Row> source;
  private final String scope;
  private final CommitMetadata metadata;

  /**
   * A merge, not yet run.
   *
   * @param source in the columns of the table
   * @param scope SQL condition on the table's columns
   * @param metadata what the commit says of itself
   */
  TableMerge(
      SparkSession spark,
      StoredTable table,
      Dataset<Row> source,
      String scope,
      CommitMetadata metadata) {
    this.spark = spark;
    this.table = table;
    this.source = source;
    this.scope = scope;
    this.metadata = metadata;
  }

  /**
   * Runs it, again where another driver changed the table meanwhile.
   *
   * @throws ConcurrentModificationException if that happened five times
   */
  WriteResult run() {
    for (int attempt = 1; ; attempt++) {
      try {
        return once();
      } catch (ConcurrentModificationException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        LOG.info("another driver changed {}: its rows are compared again", table.path());
      }
    }
  }

  private WriteResult once() {
    boolean created = table.createIfAbsent();
    long before = table.version();
    if (created && before == 0) {
      return insert(before);
    }
    if (RowChecksum.of(source).equals(RowChecksum.of(inScope()))) {
      return new WriteResult(0, 0, 0, before);
    }
    Row differences = differences();
    long inserted = differences.getLong(0);
    long updated = differences.getLong(1);
    long deleted = differences.getLong(2);
    if (inserted > 0 && updated + deleted == 0 && differences.getLong(3) == 0) {
      return insert(before);
    }
    if (inserted + updated + deleted > 0) {
      mergeStatement();
    }
    return new WriteResult(inserted, updated, deleted, table.version());
  }

  private Dataset<Row> inScope() {
    return table.ordered(table.read().where(scope));
  }

  /** One row: inserted, updated, deleted, rows in scope. */
  private Row differences() {
    Dataset<Row> s = source.withColumn("in_source", lit(true)).as("s");
    Dataset<Row> t = table.read().where(scope).withColumn("in_target", lit(true)).as("t");
    TableDefinition definition = table.definition();
    Column sameKeys =
        definition.keys().stream()
            .map(key -> col("s." + key).equalTo(col("t." + key)))
            .reduce(Column::and)
            .orElseThrow();
    Column sameContents =
        definition.contents().stream()
            .map(name -> col("s." + name).eqNullSafe(col("t." + name)))
            .reduce(lit(true), Column::and);
    Column both = col("in_source").isNotNull().and(col("in_target").isNotNull());
    return s.join(t, sameKeys, "full_outer")
        .agg(
            count(col("in_target").isNull()),
            count(both.and(not(sameContents))),
            count(col("in_source").isNull()),
            count(col("in_target").isNotNull()))
        .first();
  }

  private static Column count(Column condition) {
    return coalesce(sum(condition.cast("bigint")), lit(0L));
  }

  /** Delta skips an append whose number is not above the last one: it came second. */
  private WriteResult insert(long before) {
    String write = UUID.randomUUID().toString();
    table
        .address()
        .save(
            source
                .write()
                .format("delta")
                .mode("append")
                .option("txnAppId", INSERTS)
                .option("txnVersion", before + 1)
                .option("userMetadata", metadata.json(write)));
    return table
        .address()
        .delta(spark)
        .history()
        .where(col("version").gt(before))
        .selectExpr("version", "userMetadata", "cast(operationMetrics['numOutputRows'] as bigint)")
        .collectAsList()
        .stream()
        .filter(commit -> CommitMetadata.names(commit.getString(1), write))
        .map(ours -> new WriteResult(ours.isNullAt(2) ? 0 : ours.getLong(2), 0, 0, ours.getLong(0)))
        .findFirst()
        .orElseThrow(
            () ->
                new ConcurrentModificationException(
                    "another driver wrote to %s after version %d".formatted(table.path(), before)));
  }

  private void mergeStatement() {
    String view = "silverspark_source_" + VIEWS.incrementAndGet();
    source.createOrReplaceTempView(view);
    try {
      metadata.execute(spark, mergeSql(view));
    } finally {
      spark.catalog().dropTempView(view);
    }
  }

  private String mergeSql(String view) {
    TableDefinition definition = table.definition();
    String changed =
        definition.contents().stream()
            .map(name -> "NOT (t.%1$s <=> s.%1$s)".formatted(name))
            .collect(Collectors.joining(" OR "));
    String sameKeys =
        definition.keys().stream()
            .map(key -> "t.%1$s = s.%1$s".formatted(key))
            .collect(Collectors.joining(" AND "));
    return """
    MERGE INTO %s t USING %s s ON %s
    WHEN MATCHED AND (%s) THEN UPDATE SET *
    WHEN NOT MATCHED THEN INSERT *
    WHEN NOT MATCHED BY SOURCE AND (%s) THEN DELETE
    """
        .formatted(table.address().sql(), view, sameKeys, changed, scope);
  }
}
