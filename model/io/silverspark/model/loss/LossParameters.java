package io.silverspark.model.loss;

import io.silverspark.model.config.NearestName;
import io.silverspark.model.error.UserException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Named parameters of one loss as a user gives them, read with their defaults.
 *
 * <p>Names are those of sentence-transformers, {@code miniBatchSize} or {@code mini_batch_size}.
 * Every parameter that is asked for is remembered with its default; {@link #requireAllKnown()}
 * refuses what nobody asked for.
 */
public final class LossParameters {
  private final String loss;
  private final Map<String, String> given = new LinkedHashMap<>();
  private final Map<String, String> defaults = new LinkedHashMap<>();

  /**
   * Takes parameters as texts.
   *
   * @param loss shown in messages
   * @param given values by name
   */
  public LossParameters(String loss, Map<String, String> given) {
    this.loss = loss;
    given.forEach((name, value) -> this.given.put(camelCase(name), value.strip()));
  }

  private static String camelCase(String name) {
    StringBuilder camel = new StringBuilder();
    for (String part : name.split("_")) {
      camel.append(
          camel.isEmpty() || part.isEmpty()
              ? part
              : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1));
    }
    return camel.toString();
  }

  /** Whether a value was given, whatever it is. */
  boolean isGiven(String name) {
    return given.containsKey(name);
  }

  /** A number above 0. */
  double positive(String name, double byDefault) {
    return value(
        name,
        byDefault,
        LossParameters::decimal,
        x -> x > 0 && Double.isFinite(x),
        "a number above 0");
  }

  /** A number above 0; where absent, the value of another parameter, which messages name. */
  double positive(String name, String other, double byDefault) {
    double value = positive(name, byDefault);
    defaults.put(name, other);
    return value;
  }

  /** A number, 0 or more. */
  double notNegative(String name, double byDefault) {
    return value(
        name,
        byDefault,
        LossParameters::decimal,
        x -> x >= 0 && Double.isFinite(x),
        "a number >= 0");
  }

  /** A finite number. */
  double number(String name, double byDefault) {
    return value(name, byDefault, LossParameters::decimal, Double::isFinite, "a number");
  }

  /** A whole number not below {@code least}. */
  int wholeNumber(String name, int byDefault, int least) {
    return value(name, byDefault, Integer::valueOf, x -> x >= least, "a whole number >= " + least);
  }

  /** A whole number not below {@code least}, which is above 0; 0 when absent or {@code none}. */
  int wholeNumberOrNone(String name, int least) {
    int value =
        value(
            name,
            0,
            text -> text.equals("none") ? Integer.valueOf(0) : atLeast(least, text),
            x -> true,
            "a whole number >= " + least + ", or none");
    defaults.put(name, "none");
    return value;
  }

  /** A whole number not below {@code least}; {@code none} for no limit. */
  int wholeNumberOrAll(String name, int byDefault, int least) {
    return value(
        name,
        byDefault,
        text -> text.equals("none") ? Integer.valueOf(Integer.MAX_VALUE) : atLeast(least, text),
        x -> true,
        "a whole number >= " + least + ", or none for all");
  }

  private static Integer atLeast(int least, String text) {
    int number = Integer.parseInt(text);
    return number >= least ? number : null;
  }

  /** {@code true} or {@code false}. */
  boolean flag(String name, boolean byDefault) {
    return value(
        name,
        byDefault,
        text -> text.equals("true") ? Boolean.TRUE : text.equals("false") ? Boolean.FALSE : null,
        flag -> true,
        "true or false");
  }

  /** A constant, written as {@code in_batch_negatives} in any case. */
  <E extends Enum<E>> E oneOf(String name, E byDefault) {
    Class<E> type = byDefault.getDeclaringClass();
    String allowed =
        Arrays.stream(type.getEnumConstants())
            .map(LossParameters::word)
            .collect(Collectors.joining(", ", "one of ", ""));
    return value(name, byDefault, text -> constant(type, text), constant -> true, allowed);
  }

  /** What a cross-encoder's logits go through. */
  LogitActivation activation(LogitActivation byDefault) {
    return oneOf("activationFn", byDefault);
  }

  /** Texts or pairs that go through the model at once, 0 for the whole batch. */
  int miniBatch() {
    return wholeNumberOrNone("miniBatchSize", 1);
  }

  /** Constants, separated by commas. */
  <E extends Enum<E>> List<E> listOf(String name, E byDefault) {
    Class<E> type = byDefault.getDeclaringClass();
    String allowed =
        Arrays.stream(type.getEnumConstants())
            .map(LossParameters::word)
            .collect(Collectors.joining(", ", "a list of ", ""));
    return value(
        name,
        List.of(byDefault),
        text -> items(text).stream().map(item -> constant(type, item)).toList(),
        list -> !list.isEmpty(),
        allowed);
  }

  /** Whole numbers above 0, separated by commas; empty when absent. */
  List<Integer> wholeNumbers(String name) {
    return value(
        name,
        List.of(),
        text -> items(text).stream().map(Integer::valueOf).toList(),
        list -> list.stream().allMatch(x -> x > 0),
        "a list of whole numbers above 0");
  }

  /** Numbers of 0 or more, separated by commas; empty when absent. */
  List<Double> numbers(String name) {
    return value(
        name,
        List.of(),
        text -> items(text).stream().map(LossParameters::decimal).toList(),
        list -> list.stream().allMatch(x -> x >= 0 && Double.isFinite(x)),
        "a list of numbers >= 0");
  }

  /**
   * Refuses parameters that were given and never asked for.
   *
   * @throws UserException naming the parameter and those that the loss has
   */
  void requireAllKnown() {
    for (String name : given.keySet()) {
      if (!defaults.containsKey(name)) {
        Optional<String> near = NearestName.of(name, defaults.keySet());
        throw new UserException(
            "%s has no parameter '%s'%s; it has %s"
                .formatted(
                    loss,
                    name,
                    near.map(". Did you mean '%s'?"::formatted).orElse(""),
                    defaults.isEmpty() ? "none" : String.join(", ", defaults.keySet())));
      }
    }
  }

  /** The parameters that were asked for, with their defaults as texts. */
  Map<String, String> defaults() {
    return new LinkedHashMap<>(defaults);
  }

  private <T> T value(
      String name, T byDefault, Function<String, T> parser, Predicate<T> rule, String allowed) {
    defaults.put(name, text(byDefault));
    String text = given.get(name);
    if (text == null) {
      return byDefault;
    }
    T parsed = parsed(text, parser);
    if (parsed == null || !rule.test(parsed)) {
      throw new UserException(
          "%s: %s = '%s' is not valid: needs %s".formatted(loss, name, text, allowed));
    }
    return parsed;
  }

  /** A plain decimal: none of Java's suffixes, hexadecimal digits or names. */
  private static Double decimal(String text) {
    if (!text.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")) {
      throw new NumberFormatException(text);
    }
    return Double.valueOf(text);
  }

  private static <T> T parsed(String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException | NullPointerException notOfThisType) {
      return null;
    }
  }

  private static List<String> items(String text) {
    String bare = text.startsWith("[") ? text.substring(1, text.length() - 1) : text;
    return bare.isBlank() ? List.of() : Arrays.stream(bare.split(",")).map(String::strip).toList();
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String text) {
    return Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String text(Object value) {
    if (value instanceof Enum<?> constant) {
      return word(constant);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(LossParameters::text).collect(Collectors.joining(", "));
    }
    boolean whole = value instanceof Double number && number == Math.rint(number);
    return whole ? String.valueOf(((Double) value).longValue()) : String.valueOf(value);
  }
}
