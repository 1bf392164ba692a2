package io.silverspark.jobs.ingest;

import static org.apache.spark.sql.functions.col;

import io.silverspark.jobs.files.LayoutException;
import io.silverspark.jobs.files.LiteralPath;
import io.silverspark.jobs.files.ScalarColumns;
import io.silverspark.jobs.table.TableAddress;
import io.silverspark.model.error.UserException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** All rows of all files, checked, as one dataset. */
final class SourceRows {
  static final StructType SCHEMA =
      StructType.fromDDL(
          "target string, split string, source string, file int, position bigint, state string,"
              + " line bigint, first string, second string, label string, genre string,"
              + " reason string, raw string");
  private static final String POSITION = "position_in_file";

  private SourceRows() {}

  /** Gives rows their position in the file, in the order of calls. */
  static final class Numbering {
    private final SourceFile file;
    private long next;

    Numbering(SourceFile file) {
      this.file = file;
    }

    Row row(CheckedRow row) {
      return SourceRows.row(file, next++, row);
    }
  }

  /**
   * Reads the files; nothing is read before an action.
   *
   * @throws UserException if a Parquet file is not readable or lacks columns
   */
  static Dataset<Row> read(SparkSession spark, List<SourceFile> files, Configuration hadoop) {
    Set<FileFormat> columnar = EnumSet.of(FileFormat.PARQUET, FileFormat.DELTA, FileFormat.TABLE);
    List<SourceFile> texts = files.stream().filter(f -> !columnar.contains(f.format())).toList();
    Dataset<Row> rows =
        spark
            .createDataset(IntStream.range(0, texts.size()).boxed().toList(), Encoders.INT())
            .flatMap(new TextFileRows(texts, hadoop), Encoders.row(SCHEMA));
    for (SourceFile file : files) {
      if (columnar.contains(file.format())) {
        rows = rows.unionByName(columns(spark, file));
      }
    }
    return rows;
  }

  private static Dataset<Row> columns(SparkSession spark, SourceFile file) {
    try {
      Dataset<Row> table = open(spark, file);
      Map<String, String> columns = file.rows().requiredColumns(Arrays.asList(table.columns()));
      List<Column> selected = new ArrayList<>();
      columns.forEach(
          (name, column) -> selected.add(ScalarColumns.text(table.schema(), column).as(name)));
      selected.add(position(file, columns.values()).as(POSITION));
      return table
          .select(selected.toArray(Column[]::new))
          .where(col(POSITION).lt(file.mostRows()))
          .map(
              (MapFunction<Row, Row>) row -> parquetRow(file, List.copyOf(columns.keySet()), row),
              Encoders.row(SCHEMA));
    } catch (LayoutException e) {
      throw new UserException(
          "%s: %s. Nothing was written.".formatted(file.source(), e.getMessage()), e);
    }
  }

  /** Rows of a Parquet file have an order; those of a table get one by their content. */
  private static Column position(SourceFile file, Collection<String> columns) {
    if (file.format() == FileFormat.PARQUET) {
      return col("_metadata.row_index");
    }
    List<Column> order = new ArrayList<>(columns.stream().map(c -> col(c).cast("string")).toList());
    order.add(0, functions.xxhash64(order.toArray(Column[]::new)));
    return functions
        .row_number()
        .over(Window.orderBy(order.toArray(Column[]::new)))
        .cast("bigint")
        .minus(1);
  }

  private static Dataset<Row> open(SparkSession spark, SourceFile file) {
    if (file.format() == FileFormat.TABLE) {
      TableAddress table = new TableAddress(file.path());
      if (!table.exists(spark)) {
        throw new UserException(
            "table %s does not exist, or may not be read.".formatted(file.path()));
      }
      return table.read(spark);
    }
    if (file.format() == FileFormat.DELTA) {
      return spark.read().format("delta").load(file.path());
    }
    try {
      return ScalarColumns.parquet(spark, LiteralPath.escaped(file.path()));
    } catch (Exception e) {
      if (e instanceof SparkException || e instanceof AnalysisException) {
        throw new UserException(file.source() + " is not readable as Parquet.", e);
      }
      throw e;
    }
  }

  private static Row parquetRow(SourceFile file, List<String> columns, Row row) {
    Map<String, String> fields = new LinkedHashMap<>(); // null for null
    for (String column : columns) {
      fields.put(column, row.getAs(column));
    }
    long position = row.getAs(POSITION);
    RawRecord record = new RawRecord(position + 1, fields, fields.toString(), "");
    return row(file, position, file.rows().check(record));
  }

  private static Row row(SourceFile file, long position, CheckedRow row) {
    return RowFactory.create(
        file.rows().table().name(),
        file.split(),
        file.source(),
        file.order(),
        position,
        row.state().name(),
        row.line(),
        row.first(),
        row.second(),
        row.label(),
        row.genre(),
        row.reason(),
        row.raw());
  }
}
