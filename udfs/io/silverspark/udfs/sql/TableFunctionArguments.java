package io.silverspark.udfs.sql;

import io.silverspark.model.encoder.LongTexts;
import io.silverspark.model.error.UserException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedArgumentExpression;
import org.apache.spark.unsafe.types.UTF8String;
import scala.collection.immutable.Seq;

/** The arguments of a table function, by position or by name ({@code k => 10}); constants only. */
final class TableFunctionArguments {
  private final String usage;
  private final Map<String, Object> values;

  private TableFunctionArguments(String usage, Map<String, Object> values) {
    this.usage = usage;
    this.values = values;
  }

  /**
   * Evaluates the arguments.
   *
   * @throws UserException if one is missing, unknown, too many or no constant
   */
  static TableFunctionArguments of(
      String usage, List<String> parameters, int required, Seq<Expression> expressions) {
    Map<String, Object> values = new HashMap<>();
    for (int i = 0; i < expressions.length(); i++) {
      Expression expression = expressions.apply(i);
      if (expression instanceof NamedArgumentExpression named) {
        if (!parameters.contains(named.key())) {
          throw wrong(usage, "there is no argument '" + named.key() + "'");
        }
        values.put(named.key(), constant(usage, named.value()));
      } else if (i >= parameters.size()) {
        throw wrong(usage, "%d arguments are too many".formatted(expressions.length()));
      } else {
        values.put(parameters.get(i), constant(usage, expression));
      }
    }
    for (String parameter : parameters.subList(0, required)) {
      if (values.get(parameter) == null) {
        throw wrong(usage, "the argument '" + parameter + "' is missing");
      }
    }
    return new TableFunctionArguments(usage, values);
  }

  private static Object constant(String usage, Expression expression) {
    if (!expression.foldable()) {
      throw wrong(
          usage,
          "'%s' is not a constant; tables and columns are named in quotes".formatted(expression));
    }
    Object value = expression.eval(null);
    return value instanceof UTF8String text ? text.toString() : value;
  }

  String text(String parameter) {
    if (values.get(parameter) instanceof String text) {
      return text;
    }
    throw wrong(usage, "the argument '" + parameter + "' must be a name in quotes");
  }

  String text(String parameter, String otherwise) {
    return values.get(parameter) == null ? otherwise : text(parameter);
  }

  /** The value of a parameter that may be left out. */
  Optional<String> given(String parameter) {
    return values.get(parameter) == null ? Optional.empty() : Optional.of(text(parameter));
  }

  /**
   * The arguments {@code long_texts} and {@code window_overlap}.
   *
   * @throws UserException if the first is no rule, or the second no number of 0 or more
   */
  LongTexts longTexts() {
    String rule = text("long_texts", LongTexts.Pooling.CUT.title());
    LongTexts.Pooling pooling =
        Arrays.stream(LongTexts.Pooling.values())
            .filter(each -> each.title().equals(rule))
            .findFirst()
            .orElseThrow(
                () -> wrong(usage, "long_texts is '" + rule + "', needs cut, mean or late"));
    boolean given = values.get("window_overlap") != null;
    if (pooling == LongTexts.Pooling.CUT) {
      if (given) {
        throw wrong(usage, "window_overlap is read with long_texts mean or late only");
      }
      return LongTexts.CUT;
    }
    int overlap = given ? number("window_overlap") : LongTexts.OVERLAP;
    if (overlap < 0) {
      throw wrong(usage, "window_overlap must be 0 or more, found " + overlap);
    }
    return new LongTexts(pooling, overlap);
  }

  int number(String parameter) {
    if (values.get(parameter) instanceof Integer number) {
      return number;
    }
    throw wrong(usage, "the argument '" + parameter + "' must be a whole number");
  }

  private static UserException wrong(String usage, String problem) {
    return new UserException("needs " + usage + ": " + problem);
  }
}
