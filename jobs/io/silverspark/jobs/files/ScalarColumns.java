package io.silverspark.jobs.files;

import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/** Columns of Parquet files and tables that hold one value a row, and their values as text. */
public final class ScalarColumns {
  private static final int LONGEST_TYPE = 80;
  private static final double MOST_EXACT = 1e15;
  private static final Set<Class<? extends DataType>> OTHERS =
      Set.of(
          BooleanType.class,
          DateType.class,
          TimestampType.class,
          TimestampNTZType.class,
          NullType.class);

  private ScalarColumns() {}

  /**
   * Refuses a column of structs, lists, maps or bytes.
   *
   * @param column as the schema spells it
   * @throws LayoutException naming the column and its type
   */
  private static void require(StructType schema, String column) {
    DataType type = schema.apply(column).dataType();
    boolean scalar =
        type instanceof StringType
            || type instanceof NumericType
            || OTHERS.stream().anyMatch(other -> other.isInstance(type));
    if (!scalar) {
      throw new LayoutException(
          "column '%s' is of type %s, expected string or number".formatted(column, words(type)));
    }
  }

  /** A type as messages show it. */
  public static String words(DataType type) {
    String words = type.simpleString();
    return words.length() > LONGEST_TYPE ? words.substring(0, LONGEST_TYPE) + "..." : words;
  }

  /**
   * A column as it would stand in a text file; whole numbers have no decimals, whatever their type,
   * and NaN, which pandas writes for missing values, is null.
   *
   * @param column as the schema spells it
   * @throws LayoutException if it holds structs, lists, maps or bytes
   */
  public static Column text(StructType schema, String column) {
    require(schema, column);
    Column value = functions.col("`" + column.replace("`", "``") + "`");
    Column text = value.cast("string");
    DataType type = schema.apply(column).dataType();
    if (type instanceof DoubleType || type instanceof FloatType) {
      Column whole = value.equalTo(functions.rint(value)).and(functions.abs(value).lt(MOST_EXACT));
      return functions
          .when(functions.isnan(value), functions.lit(null))
          .when(whole, value.cast("bigint").cast("string"))
          .otherwise(text);
    }
    return type instanceof DecimalType ? functions.regexp_replace(text, "\\.0+$", "") : text;
  }

  /**
   * A column of lists, each value as it would stand in a text file; of single values the lists of
   * one.
   *
   * @param column as the schema spells it
   * @throws LayoutException if it holds structs, maps, bytes or lists of such
   */
  public static Column texts(StructType schema, String column) {
    if (!(schema.apply(column).dataType() instanceof ArrayType list)) {
      return functions.array(text(schema, column));
    }
    StructType items = new StructType().add(column, list.elementType());
    require(items, column);
    return functions.col("`" + column.replace("`", "``") + "`").cast("array<string>");
  }

  /**
   * Opens Parquet.
   *
   * @param pattern see {@link LiteralPath#pattern}
   * @throws LayoutException if two columns have one name, case aside
   */
  public static Dataset<Row> parquet(SparkSession spark, String pattern) {
    try {
      return spark.read().parquet(pattern);
    } catch (Exception e) {
      if (e instanceof AnalysisException analysis // checked, but not declared by Spark
          && "COLUMN_ALREADY_EXISTS".equals(analysis.getCondition())) {
        Map<String, String> parameters = analysis.getMessageParameters();
        throw new LayoutException(
            "column %s occurs more than once, ignoring case, and must occur once"
                .formatted(parameters.getOrDefault("columnName", "").replace('`', '\'')));
      }
      throw e;
    }
  }
}
