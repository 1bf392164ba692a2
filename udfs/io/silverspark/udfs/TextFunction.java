package io.silverspark.udfs;

import java.util.Arrays;
import java.util.function.Supplier;
import org.apache.spark.sql.connector.catalog.functions.BoundFunction;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** A function of one or two texts before Spark knows its arguments. */
final class TextFunction implements UnboundFunction {
  private final String name;
  private final int arguments;
  private final Supplier<BoundFunction> bound;

  TextFunction(String name, int arguments, Supplier<BoundFunction> bound) {
    this.name = name;
    this.arguments = arguments;
    this.bound = bound;
  }

  @Override
  public BoundFunction bind(StructType inputType) {
    boolean texts = Arrays.stream(inputType.fields()).allMatch(TextFunction::isText);
    if (inputType.length() != arguments || !texts) {
      String found =
          String.join(
              ", ",
              Arrays.stream(inputType.fields())
                  .map(field -> field.dataType().simpleString())
                  .toList());
      throw new UnsupportedOperationException(description() + ", got " + name + "(" + found + ")");
    }
    return bound.get();
  }

  private static boolean isText(StructField field) {
    DataType type = field.dataType();
    return type.equals(DataTypes.StringType) || type.equals(DataTypes.NullType);
  }

  @Override
  public String description() {
    return "needs " + name + (arguments == 1 ? "(string)" : "(string, string)");
  }

  @Override
  public String name() {
    return name;
  }

  static DataType[] texts(int count) {
    DataType[] types = new DataType[count];
    Arrays.fill(types, DataTypes.StringType);
    return types;
  }
}
