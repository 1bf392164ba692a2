package io.silverspark.jobs.ingest;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.silverspark.jobs.config.DataKind;
import io.silverspark.jobs.files.LayoutException;
import io.silverspark.jobs.files.LiteralPath;
import io.silverspark.jobs.files.ScalarColumns;
import io.silverspark.jobs.files.TextLines;
import io.silverspark.jobs.ingest.CheckedRow.State;
import io.silverspark.jobs.table.StableId;
import io.silverspark.jobs.table.TableAddress;
import io.silverspark.model.error.UserException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** All rows of all files and relations, checked, as one dataset. */
final class SourceRows {
  static final StructType SCHEMA =
      StructType.fromDDL(
          "target string, split string, source string, file int, position bigint, state string,"
              + " line bigint, first string, second string, label string, genre string,"
              + " key string, group string, reason string, raw string");
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
   * Reads the files; nothing is read before an action. Rows of a relation without an order of its
   * own have no position.
   *
   * @throws UserException if a file is not readable or lacks columns
   */
  static Dataset<Row> read(SparkSession spark, List<SourceFile> files) {
    return read(spark, files, SourceRows::refused);
  }

  /**
   * The same with another answer to a file that cannot be opened.
   *
   * @param unopened what stands for its rows
   */
  static Dataset<Row> read(
      SparkSession spark,
      List<SourceFile> files,
      BiFunction<SourceFile, LayoutException, Dataset<Row>> unopened) {
    List<SourceFile> texts = files.stream().filter(SourceFile::isText).toList();
    List<Dataset<Row>> parts = new ArrayList<>();
    parts.add(
        spark
            .createDataset(IntStream.range(0, texts.size()).boxed().toList(), Encoders.INT())
            .flatMap(
                new TextFileRows(texts, spark.sessionState().newHadoopConf()),
                Encoders.row(SCHEMA)));
    for (SourceFile file : files) {
      if (!file.isText()) {
        parts.add(columns(() -> open(spark, file), file, unopened));
      }
    }
    return heldOut(union(parts), files);
  }

  /** Halves keep the plan of thousands of files a few levels deep. */
  private static Dataset<Row> union(List<Dataset<Row>> parts) {
    int half = parts.size() / 2;
    return half == 0
        ? parts.get(0)
        : union(parts.subList(0, half)).unionByName(union(parts.subList(half, parts.size())));
  }

  private static Dataset<Row> refused(SourceFile file, LayoutException problem) {
    throw new UserException(
        "%s: %s. Nothing was written.".formatted(file.source(), problem.getMessage()), problem);
  }

  /**
   * Gives a share of the training rows to other splits: by a hash of group, id or first text alone,
   * so that a row stays where it is when others come.
   */
  private static Dataset<Row> heldOut(Dataset<Row> rows, List<SourceFile> files) {
    Column unit =
        pmod(
                xxhash64(coalesce(col("group"), col("key"), StableId.normalised(col("first")))),
                lit(1_000_000L))
            .divide(1e6);
    Column split = col("split");
    for (SourceFile file : files) {
      double from = 0;
      for (Map.Entry<String, Double> share : file.mapping().heldOut().entrySet()) {
        double to = from + share.getValue();
        if (file.split().equals(DataKind.TRAIN) && file.order() == 0) {
          split =
              when(
                      col("target")
                          .equalTo(file.rows().table().name())
                          .and(col("split").equalTo(DataKind.TRAIN))
                          .and(col("state").equalTo(State.GOOD.name()))
                          .and(unit.geq(from))
                          .and(unit.lt(to)),
                      share.getKey())
                  .otherwise(split);
        }
        from = to;
      }
    }
    return rows.withColumn("split", split);
  }

  /** The rows of one relation that arrived, checked. */
  static Dataset<Row> arrived(Dataset<Row> rows, SourceFile relation) {
    return heldOut(columns(() -> rows, relation, SourceRows::refused), List.of(relation));
  }

  /** Messages of Kafka that arrived, checked. Their line is their offset, from 0. */
  static Dataset<Row> messages(Dataset<Row> messages, SourceFile topics) {
    Dataset<Row> checked =
        messages
            .select("topic", "partition", "offset", "value")
            .map((MapFunction<Row, Row>) row -> message(topics, row), Encoders.row(SCHEMA));
    return heldOut(checked, List.of(topics));
  }

  private static Row message(SourceFile topics, Row row) {
    SourceFile partition = topics.named("kafka:%s/%d".formatted(row.getString(0), row.getInt(1)));
    long offset = row.getLong(2);
    RawRecord record =
        row.isNullAt(3)
            ? RawRecord.malformed(offset, "", "the message has no value")
            : JsonRecords.record(
                new TextLines.Line(
                    offset, new String(row.<byte[]>getAs(3), StandardCharsets.ISO_8859_1)),
                topics.rows(),
                topics.mapping().columns());
    return row(partition, null, topics.rows().check(record));
  }

  private static Dataset<Row> columns(
      Supplier<Dataset<Row>> relation,
      SourceFile file,
      BiFunction<SourceFile, LayoutException, Dataset<Row>> unopened) {
    try {
      Dataset<Row> table = relation.get();
      Map<String, String> columns =
          file.rows().columns().require(Arrays.asList(table.columns()), file.mapping().columns());
      List<Column> selected = new ArrayList<>();
      columns.forEach(
          (role, column) -> selected.add(ScalarColumns.text(table.schema(), column).as(role)));
      selected.add(
          (file.isUnordered() ? lit(null).cast("bigint") : col("_metadata.row_index"))
              .as(POSITION));
      Dataset<Row> read = cut(table.select(selected.toArray(Column[]::new)), file, columns);
      return isFile(file.format())
          ? read.mapPartitions(
              (MapPartitionsFunction<Row, Row>) rows -> untilDamage(file, columns, rows),
              Encoders.row(SCHEMA))
          : read.map(
              (MapFunction<Row, Row>) row -> checked(file, columns, row), Encoders.row(SCHEMA));
    } catch (LayoutException e) {
      return unopened.apply(file, e);
    }
  }

  private static boolean isFile(FileFormat format) {
    return format == FileFormat.PARQUET || format == FileFormat.ORC;
  }

  private static Iterator<Row> untilDamage(
      SourceFile file, Map<String, String> columns, Iterator<Row> rows) {
    Iterator<Row> checked =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return rows.hasNext();
          }

          @Override
          public Row next() {
            return checked(file, columns, rows.next());
          }
        };
    return new RowsUntilDamage(checked, FileDamage::of, problem -> unreadable(file, problem));
  }

  /** The first rows; of an unordered relation those whose content has the smallest hashes. */
  private static Dataset<Row> cut(Dataset<Row> rows, SourceFile file, Map<String, String> columns) {
    if (file.mostRows() == Long.MAX_VALUE) {
      return rows;
    }
    if (!file.isUnordered()) {
      return rows.where(col(POSITION).lt(file.mostRows()));
    }
    Column[] content = columns.keySet().stream().map(c -> col(c)).toArray(Column[]::new);
    List<Column> order = new ArrayList<>(List.of(content));
    order.add(0, xxhash64(content));
    return rows.orderBy(order.toArray(Column[]::new)).limit((int) file.mostRows());
  }

  private static Dataset<Row> open(SparkSession spark, SourceFile file) {
    try {
      return switch (file.format()) {
        case TABLE -> table(spark, file);
        case QUERY -> spark.sql(file.path());
        case DELTA -> spark.read().format("delta").load(file.path());
        case ORC -> spark.read().orc(LiteralPath.escaped(file.path()));
        case READER -> reader(spark, file);
        default -> ScalarColumns.parquet(spark, LiteralPath.escaped(file.path()));
      };
    } catch (UserException | LayoutException e) {
      throw e;
    } catch (Exception e) {
      if (isFile(file.format())) {
        throw notOpened(file, e);
      }
      throw new UserException(
          "%s cannot be read: %s"
              .formatted(
                  file.source(), String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }

  private static RuntimeException notOpened(SourceFile file, Exception failure) {
    if (failure instanceof AnalysisException analysis
        && "PATH_NOT_FOUND".equals(analysis.getCondition())) {
      return gone(file, failure);
    }
    boolean isOfFile =
        failure instanceof SparkException
            || failure instanceof AnalysisException
            || FileDamage.of(failure).isPresent();
    if (isOfFile && !FileDamage.isOfStorage(failure)) {
      String kind = file.format() == FileFormat.ORC ? "ORC" : "Parquet";
      return new LayoutException("not readable as " + kind, failure);
    }
    return failure instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(file.source() + " cannot be opened", failure);
  }

  /** A file that was there when its directory was listed. */
  static UserException gone(SourceFile file, Exception failure) {
    return new UserException(
        "%s was removed before it was read: put it back. Nothing was written."
            .formatted(file.source()),
        failure);
  }

  private static Dataset<Row> table(SparkSession spark, SourceFile file) {
    TableAddress table = new TableAddress(file.path());
    if (!table.exists(spark)) {
      throw new UserException(
          "table %s does not exist, or may not be read.".formatted(file.path()));
    }
    return table.read(spark);
  }

  private static Dataset<Row> reader(SparkSession spark, SourceFile file) {
    DataFrameReader reader =
        spark.read().format(file.mapping().reader()).options(file.mapping().options());
    return file.mapping().reader().equals("jdbc")
        ? reader.option("url", file.path()).load()
        : reader.load(file.path());
  }

  private static Row checked(SourceFile file, Map<String, String> columns, Row row) {
    Map<String, RawRecord.Field> fields = new LinkedHashMap<>();
    columns.forEach(
        (role, column) -> fields.put(role, new RawRecord.Field(column, row.getAs(role))));
    Long position = row.getAs(POSITION);
    RawRecord record = RawRecord.of(position == null ? 0 : position + 1, fields);
    return row(file, position, file.rows().check(record));
  }

  /** The row of a file that cannot be read as a whole. */
  static Row unreadable(SourceFile file, String problem) {
    return row(file, null, CheckedRow.unreadable(problem));
  }

  /** The same as a malformed row among others. */
  static Row malformed(SourceFile file, String problem) {
    return row(file, null, CheckedRow.malformed(RawRecord.malformed(0, "", problem), problem));
  }

  private static Row row(SourceFile file, Long position, CheckedRow row) {
    return RowFactory.create(
        file.rows().table().name(),
        row.split() == null ? file.split() : row.split(),
        file.source(),
        file.order(),
        position,
        row.state().name(),
        row.line(),
        row.first(),
        row.second(),
        row.label(),
        row.genre(),
        row.key(),
        row.group(),
        row.reason(),
        row.raw());
  }
}
