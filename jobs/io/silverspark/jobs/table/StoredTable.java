package io.silverspark.jobs.table;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.when;

import io.silverspark.model.error.UserException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * One Delta table at its path. Every write says which job and run made it and from which versions
 * of other tables, see {@link CommitMetadata}.
 */
public final class StoredTable {
  private static final AtomicLong VIEWS = new AtomicLong();

  private final SparkSession spark;
  private final TableDefinition definition;
  private final TableAddress address;
  private final String job;
  private final String run;

  StoredTable(
      SparkSession spark,
      TableDefinition definition,
      TableAddress address,
      String job,
      String run) {
    this.spark = spark;
    this.definition = definition;
    this.address = address;
    this.job = job;
    this.run = run;
  }

  /** Full path of the table, or its name after {@code catalog:}. */
  public String path() {
    return address.text();
  }

  TableAddress address() {
    return address;
  }

  /** Which stream fills the table, if one does. */
  public StreamMark streamMark() {
    return new StreamMark(spark, address);
  }

  /** Columns, keys and constraints. */
  public TableDefinition definition() {
    return definition;
  }

  /** Whether the table was created. */
  public boolean exists() {
    return address.exists(spark);
  }

  /** Creates the empty table with its constraints if there is none; true if it did. */
  public boolean createIfAbsent() {
    return !exists() && new TableCreation(spark, definition, address, metadata(Map.of())).create();
  }

  /**
   * All rows.
   *
   * @throws UserException if the table does not exist; names the command that writes it
   */
  public Dataset<Row> read() {
    if (!exists()) {
      throw new UserException(
          "Table %s does not exist in %s. Run '%s' first."
              .formatted(definition.name(), address, definition.writtenBy()));
    }
    return address.read(spark);
  }

  /**
   * The rows as a stream: those that are there, then those that are added.
   *
   * @param skipChanges ignores rows that were changed or deleted instead of failing
   */
  public Dataset<Row> readStream(boolean skipChanges) {
    return address.readStream(spark, skipChanges);
  }

  /**
   * The rows of a version, so that a job reads the same rows however long it runs.
   *
   * @param version as {@link #version} gave it
   */
  public Dataset<Row> read(long version) {
    return address.read(spark, version);
  }

  /**
   * The rows that meet a condition.
   *
   * @param condition in SQL, such as {@code split = 'train'}
   * @throws UserException if there is no such row or no table
   */
  public Dataset<Row> readNonEmpty(String condition) {
    Dataset<Row> rows = read().where(condition);
    if (rows.isEmpty()) {
      throw new UserException(
          "%s@v%d has no row with %s. Check the settings of '%s' and run it again."
              .formatted(definition.name(), version(), condition, definition.writtenBy()));
    }
    return rows;
  }

  /** Number of rows. */
  public long count() {
    return read().count();
  }

  /** The current version, from 0. */
  public long version() {
    return address.delta(spark).history(1).select("version").first().getLong(0);
  }

  /**
   * The last version that did anything but append, from 0. Together with it the {@code writer} of a
   * series of appends stays new when rows were deleted or restored since. Where Delta has removed
   * it from its log, the oldest version that is there: no earlier call gave that as a rewrite.
   */
  public long lastRewrite() {
    Column rewrites = when(col("operation").notEqual("WRITE"), col("version"));
    return address
        .delta(spark)
        .history()
        .agg(coalesce(max(rewrites), min("version")))
        .first()
        .getLong(0);
  }

  /**
   * Makes the table, or the part of it that {@code scope} selects, equal to {@code rows}: inserts
   * the missing, updates the changed, deletes the vanished. Nothing is committed when nothing
   * differs. Where another driver writes at the same time, the rows are compared again.
   *
   * @param rows with the columns of the table in any order; keys must be unique; scanned twice
   * @param scope SQL condition on the table's columns that all {@code rows} meet; {@code true} =
   *     the whole table
   * @param inputs versions of the tables that the rows were made from, by name
   */
  public WriteResult merge(Dataset<Row> rows, String scope, Map<String, Long> inputs) {
    addMissingColumns();
    return new TableMerge(spark, this, ordered(rows), scope, metadata(inputs)).run();
  }

  /** Gives a table that an earlier version created the columns that came later, all null. */
  private void addMissingColumns() {
    if (!exists()) {
      return;
    }
    List<String> present = Arrays.asList(address.read(spark).columns());
    for (TableDefinition.TableColumn column : definition.columns()) {
      if (column.nullable() && present.stream().noneMatch(column.name()::equalsIgnoreCase)) {
        spark.sql("ALTER TABLE %s ADD COLUMNS (%s)".formatted(address.sql(), column.ddl()));
      }
    }
  }

  /** Whether {@link #replace} with these rows would change nothing. Writes nothing. */
  public boolean holds(Dataset<Row> rows) {
    return exists() && RowChecksum.of(ordered(rows)).equals(RowChecksum.of(ordered(read())));
  }

  /**
   * What the commit of a version says of itself.
   *
   * @return empty if the version is gone from the history or was written by another tool
   */
  public Optional<Provenance> provenance(long version) {
    return address
        .delta(spark)
        .history()
        .where(col("version").equalTo(version))
        .select("userMetadata", "timestamp")
        .collectAsList()
        .stream()
        .filter(commit -> !commit.isNullAt(0))
        .findFirst()
        .flatMap(commit -> Provenance.parse(commit.getString(0), commit.getTimestamp(1)));
  }

  /** {@link #merge(Dataset, String, Map)} of the whole table. */
  public WriteResult replace(Dataset<Row> rows, Map<String, Long> inputs) {
    return merge(rows, "true", inputs);
  }

  /**
   * Appends rows once: a second call with the same writer and a sequence number not above the last
   * one is skipped by Delta, whatever its rows are.
   *
   * @param writer names the series of appends, such as the job and a hash of its inputs
   * @param sequence number of the append in the series, rising
   */
  public void append(Dataset<Row> rows, String writer, long sequence, Map<String, Long> inputs) {
    createIfAbsent();
    address.append(
        ordered(rows).write().format("delta").option("userMetadata", metadata(inputs).json()),
        writer,
        sequence);
  }

  /**
   * Gives a table that an earlier version created the constraints of today: a constraint whose
   * condition differs is replaced. Commits nothing if none does.
   */
  public void alignConstraints() {
    if (!exists()) {
      return;
    }
    Map<String, String> properties =
        address.delta(spark).detail().select("properties").first().getJavaMap(0);
    definition
        .constraints()
        .forEach(
            (name, condition) -> {
              String existing = properties.get("delta.constraints." + name);
              if (existing != null && !existing.equals(condition)) {
                execute("ALTER TABLE %s DROP CONSTRAINT %s".formatted(address.sql(), name));
                execute(
                    "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s)"
                        .formatted(address.sql(), name, condition));
              }
            });
  }

  /**
   * Deletes the rows of a scope whose key is not among the given ones; commits nothing if there is
   * none.
   *
   * @param keys one column of the same name and type as {@code column}, distinct
   * @param scope SQL condition on the table's columns
   * @return how many rows were deleted
   */
  public long retain(Dataset<Row> keys, String column, String scope) {
    if (!exists()) {
      return 0;
    }
    long stale = read().where(scope).join(keys, new String[] {column}, "left_anti").count();
    if (stale > 0) {
      deleteByMerge(keys, column, "NOT MATCHED BY SOURCE AND (%s)".formatted(scope));
    }
    return stale;
  }

  /** Deletes all rows whose key stands more than once; returns how many keys these were. */
  public long deleteRepeated(String column) {
    Dataset<Row> repeated = read().groupBy(column).count().where("count > 1").select(column);
    Dataset<Row> keys = repeated.localCheckpoint(true);
    long count = keys.count();
    if (count > 0) {
      deleteByMerge(keys, column, "MATCHED");
    }
    return count;
  }

  private void deleteByMerge(Dataset<Row> keys, String column, String when) {
    String view = "silverspark_keys_" + VIEWS.incrementAndGet();
    keys.createOrReplaceTempView(view);
    try {
      execute(
          "MERGE INTO %1$s t USING %2$s s ON t.%3$s = s.%3$s WHEN %4$s THEN DELETE"
              .formatted(address.sql(), view, column, when));
    } finally {
      spark.catalog().dropTempView(view);
    }
  }

  /** Deletes the rows that meet a condition; commits nothing if there is none. */
  public void delete(String condition) {
    if (exists() && !read().where(condition).isEmpty()) {
      execute("DELETE FROM %s WHERE %s".formatted(address.sql(), condition));
    }
  }

  /** Runs a statement whose commit is made from no other table. */
  private void execute(String statement) {
    metadata(Map.of()).execute(spark, statement);
  }

  /** The columns of the definition with its types. */
  Dataset<Row> ordered(Dataset<Row> rows) {
    return rows.select(
        definition.columns().stream()
            .map(column -> col(column.name()).cast(column.type()))
            .toArray(Column[]::new));
  }

  private CommitMetadata metadata(Map<String, Long> inputs) {
    return new CommitMetadata(job, run, inputs);
  }
}
