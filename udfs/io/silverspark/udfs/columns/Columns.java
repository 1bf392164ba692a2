package io.silverspark.udfs.columns;

import io.silverspark.model.error.UserException;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;

/** Looks up columns with an error that a user can act on, and reads vectors out of rows. */
public final class Columns {
  /** Type of a column of vectors. */
  public static final DataType VECTOR = DataTypes.createArrayType(DataTypes.FloatType, false);

  private Columns() {}

  /** Position of a text column. */
  public static int text(StructType schema, String name) {
    return require(schema, name, "string", DataTypes.StringType::equals);
  }

  /** Position of an id column. */
  public static int id(StructType schema, String name) {
    return require(schema, name, "bigint", DataTypes.LongType::equals);
  }

  /** Position of a vector column. */
  public static int vector(StructType schema, String name) {
    return require(
        schema,
        name,
        "array<float>",
        type -> type instanceof ArrayType array && array.elementType().equals(DataTypes.FloatType));
  }

  /** Refuses a name that the rows already use. */
  static void requireFree(StructType schema, String name) {
    if (Arrays.stream(schema.fieldNames()).anyMatch(name::equalsIgnoreCase)) {
      throw new UserException(
          "output column '%s' already exists; choose another name or drop it first"
              .formatted(name));
    }
  }

  private static int require(
      StructType schema, String name, String wanted, Predicate<DataType> fits) {
    int position = position(schema, name);
    DataType found = schema.fields()[position].dataType();
    if (!fits.test(found)) {
      throw new UserException(
          "column '%s' has type %s, needs %s".formatted(name, found.simpleString(), wanted));
    }
    return position;
  }

  /** The column of that name, else the only one that differs in case. */
  private static int position(StructType schema, String name) {
    String[] names = schema.fieldNames();
    int[] same = positions(names, name::equals);
    int[] found = same.length > 0 ? same : positions(names, name::equalsIgnoreCase);
    if (found.length == 0) {
      throw new UserException(
          "column '%s' is not there; the columns are %s".formatted(name, String.join(", ", names)));
    }
    if (found.length > 1) {
      throw new UserException(
          "column '%s' occurs %d times and must occur once; the columns are %s"
              .formatted(name, found.length, String.join(", ", names)));
    }
    return found[0];
  }

  private static int[] positions(String[] names, Predicate<String> fits) {
    return IntStream.range(0, names.length).filter(i -> fits.test(names[i])).toArray();
  }

  /**
   * A vector of a row, without boxing where Spark holds a primitive array.
   *
   * @throws UserException if it is null; the message names the id
   */
  public static float[] vector(Row row, int position, long id) {
    Object value = row.get(position);
    if (value == null) {
      throw new UserException("the row with id " + id + " has no embedding (null)");
    }
    return floats((Seq<?>) value);
  }

  /** The numbers of an array of floats that is there, without boxing where possible. */
  public static float[] floats(Row row, int position) {
    return floats(row.getSeq(position));
  }

  /** The numbers of an array, without boxing where Spark holds a primitive one. */
  static float[] floats(Seq<?> value) {
    if (value instanceof scala.collection.mutable.ArraySeq<?> array
        && array.array() instanceof float[] floats) {
      return floats;
    }
    float[] vector = new float[value.length()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (Float) value.apply(i);
    }
    return vector;
  }

  /** The row with one more value at its end. */
  static Row append(Row row, Object value) {
    Object[] values = new Object[row.size() + 1];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    values[row.size()] = value;
    return org.apache.spark.sql.RowFactory.create(values);
  }

  /** The message for a null text. */
  static UserException nullText(String column, Row row) {
    String shown = row.toString();
    return new UserException(
        ("column '%s' has a null text in row %s; filter such rows or keep nulls (handleInvalid"
                + " = keep in Spark ML, NullText.KEEP in Java)")
            .formatted(column, shown.length() > 120 ? shown.substring(0, 120) + "..." : shown));
  }
}
