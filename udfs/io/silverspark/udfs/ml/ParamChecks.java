package io.silverspark.udfs.ml;

import io.silverspark.model.error.UserException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.function.Predicate;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;
import scala.Function1;
import scala.runtime.AbstractFunction1;

/** Checks of params and schemas whose messages say what to mend. */
final class ParamChecks {
  private ParamChecks() {}

  /** A param's check, as Spark wants it. */
  static <T> Function1<T, Object> that(ValueCheck check) {
    return new Check<>(check);
  }

  static Function1<Object, Object> atLeast(double least) {
    return that(value -> ((Number) value).doubleValue() >= least);
  }

  static Function1<Object, Object> above(double least) {
    return that(value -> ((Number) value).doubleValue() > least);
  }

  static Function1<String, Object> oneOf(String... allowed) {
    return that(value -> Arrays.asList(allowed).contains(value));
  }

  static Function1<String, Object> notBlank() {
    return that(value -> !((String) value).isBlank());
  }

  /** Refuses a schema without that column of texts. */
  static void requireText(Identifiable stage, StructType schema, String column) {
    require(stage, schema, column, "string", DataTypes.StringType::equals);
  }

  /** Refuses a schema without that column of numbers. */
  static void requireNumber(Identifiable stage, StructType schema, String column) {
    require(stage, schema, column, "a number", NumericType.class::isInstance);
  }

  private static void require(
      Identifiable stage,
      StructType schema,
      String column,
      String wanted,
      Predicate<DataType> fits) {
    int position = Arrays.asList(schema.fieldNames()).indexOf(column);
    if (position < 0) {
      throw new UserException(
          "%s: column '%s' is not there; the columns are %s"
              .formatted(stage.uid(), column, String.join(", ", schema.fieldNames())));
    }
    DataType found = schema.fields()[position].dataType();
    if (!fits.test(found)) {
      throw new UserException(
          "%s: column '%s' has type %s, needs %s"
              .formatted(stage.uid(), column, found.simpleString(), wanted));
    }
  }

  /** Refuses a schema that has the output column already. */
  static void requireFree(Identifiable stage, StructType schema, String column) {
    if (Arrays.stream(schema.fieldNames()).anyMatch(column::equalsIgnoreCase)) {
      throw new UserException(
          "%s: output column '%s' already exists; choose another outputCol or drop it first"
              .formatted(stage.uid(), column));
    }
  }

  /** A check that travels with its param. */
  interface ValueCheck extends Predicate<Object>, Serializable {}

  private static final class Check<T> extends AbstractFunction1<T, Object> implements Serializable {
    private final ValueCheck check;

    Check(ValueCheck check) {
      this.check = check;
    }

    @Override
    public Object apply(T value) {
      return value != null && check.test(value);
    }
  }
}
