package io.silverspark.jobs.table;

import io.delta.tables.DeltaTable;
import io.silverspark.jobs.files.ColumnNames;
import io.silverspark.jobs.files.JsonFields;
import io.silverspark.jobs.files.LayoutException;
import io.silverspark.jobs.files.LiteralPath;
import io.silverspark.jobs.files.ScalarColumns;
import io.silverspark.jobs.files.TextEncoding;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * Tables that texts come from: Parquet and Delta, and text files that executors read.
 *
 * @param pathOption what the user calls the path, for messages
 * @param columnOption what the user calls the column, for messages
 */
public record TextTable(String pathOption, String columnOption) {
  /** Begins a statement of SQL that stands for a table. */
  public static final String QUERY = "query:";

  private static final List<DataType> ID_TYPES =
      List.of(DataTypes.StringType, DataTypes.IntegerType, DataTypes.LongType);

  /**
   * Opens a table.
   *
   * @param path .parquet, a Delta table, .txt or .jsonl; the name of a table, or {@code query:} and
   *     a statement of SQL
   * @param column with the texts; the name that lines of a text file get
   * @return rows with at least that column
   * @throws UserException if nothing readable is there, or it has no such column of texts
   */
  public Dataset<Row> read(SparkSession spark, String path, String column) {
    Dataset<Row> table = named(open(spark, path, column), path, column);
    requireTexts(table, path, column);
    if (table.isEmpty()) {
      throw new UserException(path + " is empty, expected at least one text.");
    }
    return table;
  }

  /**
   * What tells a set of texts from another one, whatever they are stored in and in which order.
   *
   * @param texts column text
   * @return number and checksum of the texts
   */
  public static String content(Dataset<Row> texts) {
    return RowChecksum.of(texts.select("text")).toString();
  }

  /**
   * Refuses a table without a column of texts.
   *
   * @param path of the table, for messages
   * @throws UserException if there is no such column, or it is of another type
   */
  public void requireTexts(Dataset<Row> table, String path, String column) {
    List<String> columns = Arrays.asList(table.columns());
    if (!columns.contains(column)) {
      throw new UserException(
          "%s has no column '%s'; found %s. %s names another one."
              .formatted(path, column, String.join(", ", columns), columnOption));
    }
    DataType type = table.schema().apply(column).dataType();
    if (!type.equals(DataTypes.StringType)) {
      throw new UserException(
          "%s: column '%s' is of type %s, expected string."
              .formatted(path, column, ScalarColumns.words(type)));
    }
  }

  /**
   * The column with the ids of a table's rows.
   *
   * @param path of the table, for messages
   * @param option what the user calls the column, for messages
   * @throws UserException if there is no such column, or it is neither of strings nor of whole
   *     numbers
   */
  public static Column ids(Dataset<Row> table, String path, String option, String column) {
    List<String> columns = Arrays.asList(table.columns());
    String found =
        ColumnNames.find(columns, column)
            .orElseThrow(
                () ->
                    new UserException(
                        "%s has no column '%s' for %s; found %s."
                            .formatted(path, column, option, String.join(", ", columns))));
    DataType type = table.schema().apply(found).dataType();
    if (!ID_TYPES.contains(type)) {
      throw new UserException(
          "%s: column '%s' of %s is of type %s, expected string, int or bigint."
              .formatted(path, found, option, ScalarColumns.words(type)));
    }
    return table.col(found);
  }

  /** The table with the column spelled as it was asked for. */
  private static Dataset<Row> named(Dataset<Row> table, String path, String column) {
    try {
      Optional<String> found = ColumnNames.find(Arrays.asList(table.columns()), column);
      return found.isEmpty() || found.get().equals(column)
          ? table
          : table.withColumnRenamed(found.get(), column);
    } catch (LayoutException e) {
      throw new UserException("%s: %s.".formatted(path, e.getMessage()), e);
    }
  }

  private Dataset<Row> open(SparkSession spark, String path, String column) {
    try {
      if (TableAddress.isName(path)) {
        return new TableAddress(path).read(spark);
      }
      if (path.startsWith(QUERY)) {
        return spark.sql(path.substring(QUERY.length()));
      }
      Configuration hadoop = spark.sessionState().newHadoopConf();
      if (path.endsWith(".txt") || path.endsWith(".jsonl")) {
        String pattern = LiteralPath.pattern(path, hadoop);
        requireText(pattern, hadoop);
        Dataset<String> lines = lines(spark, path, pattern);
        return (path.endsWith(".txt") ? lines : fields(lines, path, column)).toDF(column);
      }
      if (path.endsWith(".parquet")) {
        return ScalarColumns.parquet(spark, LiteralPath.pattern(path, hadoop));
      }
      if (DeltaTable.isDeltaTable(spark, path)) {
        return spark.read().format("delta").load(path);
      }
    } catch (UserException e) {
      throw e;
    } catch (LayoutException e) {
      throw new UserException("%s: %s.".formatted(path, e.getMessage()), e);
    } catch (Exception e) {
      throw new UserException(path + " is missing or cannot be read: " + firstLine(e), e);
    }
    throw new UserException(
        "%s '%s' is missing, or neither .txt, .jsonl, .parquet nor a Delta table nor catalog:NAME.SCHEMA.TABLE nor query:SELECT ..."
            .formatted(pathOption, path));
  }

  /** Looks at the first bytes of some files; what is wrong with one is wrong with all, mostly. */
  private static void requireText(String pattern, Configuration hadoop) throws IOException {
    Path files = new Path(pattern);
    FileSystem fileSystem = files.getFileSystem(hadoop);
    FileStatus[] found = fileSystem.globStatus(files);
    for (FileStatus file : found == null ? new FileStatus[0] : found) {
      if (file.isFile()) {
        byte[] prefix;
        try (InputStream in = fileSystem.open(file.getPath())) {
          prefix = in.readNBytes(TextEncoding.PREFIX);
        }
        Optional<String> problem = TextEncoding.problem(prefix);
        if (problem.isPresent()) {
          throw new LayoutException(problem.get());
        }
      }
    }
  }

  private static Dataset<String> lines(SparkSession spark, String path, String pattern) {
    Dataset<Row> lines =
        spark
            .read()
            .option("lineSep", "\n")
            .text(pattern)
            .selectExpr("regexp_replace(value, '\\\\r$', '') AS value");
    if (!lines.where("NOT is_valid_utf8(value)").isEmpty()) {
      throw new UserException(
          path + " is not UTF-8, perhaps Latin-1 or Windows-1252. Convert the file to UTF-8.");
    }
    return lines.as(Encoders.STRING());
  }

  private Dataset<String> fields(Dataset<String> lines, String path, String column) {
    String option = columnOption;
    return lines
        .where("value rlike '\\\\S'")
        .map(
            (MapFunction<String, String>)
                line -> {
                  try {
                    return JsonFields.requiredText(line, column);
                  } catch (LayoutException e) {
                    throw new UserException(
                        "%s, line '%s': %s. %s names another field."
                            .formatted(path, shortened(line), e.getMessage(), option));
                  }
                },
            Encoders.STRING());
  }

  private static String shortened(String line) {
    return line.length() > 60 ? line.substring(0, 60) + "..." : line;
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
