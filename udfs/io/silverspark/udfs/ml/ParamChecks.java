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

/** Checks of params and schemas whose messages say what to fix. */
final class ParamChecks {
  private ParamChecks() {}

  static <T> Function1<T, Object> notNull(String param) {
    return new Check<>(param, "a value", value -> true);
  }

  static Function1<Object, Object> atLeast(String param, double least) {
    return new Check<>(
        param, "a number >= " + number(least), value -> ((Number) value).doubleValue() >= least);
  }

  static Function1<Object, Object> above(String param, double least) {
    return new Check<>(
        param, "a number > " + number(least), value -> ((Number) value).doubleValue() > least);
  }

  static Function1<Object, Object> between(String param, double least, double most) {
    return new Check<>(
        param,
        "a number from " + number(least) + " to " + number(most),
        value -> ((Number) value).doubleValue() >= least && ((Number) value).doubleValue() <= most);
  }

  static Function1<Object, Object> share(String param) {
    return new Check<>(
        param,
        "a number above 0 and at most 1",
        value -> ((Number) value).doubleValue() > 0 && ((Number) value).doubleValue() <= 1);
  }

  static Function1<Object, Object> belowOne(String param) {
    return new Check<>(
        param,
        "a number of at least 0 and below 1",
        value -> ((Number) value).doubleValue() >= 0 && ((Number) value).doubleValue() < 1);
  }

  static Function1<String, Object> oneOf(String param, String... allowed) {
    return new Check<>(
        param,
        "one of " + String.join(", ", allowed),
        value -> Arrays.asList(allowed).contains(value));
  }

  static Function1<String, Object> notBlank(String param) {
    return new Check<>(param, "a text that is not blank", value -> !((String) value).isBlank());
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
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

  private interface ValueCheck extends Predicate<Object>, Serializable {}

  /**
   * A param's check as Spark wants it, which travels with the param. It throws where Spark expects
   * false, because Spark's own message does not say what is allowed.
   */
  private static final class Check<T> extends AbstractFunction1<T, Object> implements Serializable {
    private static final long serialVersionUID = 1;

    private final String param;
    private final String allowed;
    private final ValueCheck check;

    Check(String param, String allowed, ValueCheck check) {
      this.param = param;
      this.allowed = allowed;
      this.check = check;
    }

    @Override
    public Object apply(T value) {
      if (value == null || !check.test(value)) {
        throw new UserException(
            "%s = %s is not valid: needs %s"
                .formatted(param, value == null ? "null" : "'" + value + "'", allowed));
      }
      return true;
    }
  }
}
