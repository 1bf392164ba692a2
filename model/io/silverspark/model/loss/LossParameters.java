package io.silverspark.model.loss;

import io.silverspark.model.config.NearestName;
import io.silverspark.model.config.SettingType;
import io.silverspark.model.error.UserException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Named parameters of one loss as a user gives them, read with their defaults.
 *
 * <p>Names are those of sentence-transformers, {@code miniBatchSize} or {@code mini_batch_size}.
 * Every parameter that is asked for is remembered with its default; {@link #requireAllKnown()}
 * refuses what nobody asked for.
 */
public final class LossParameters {
  private static final SettingType<Double> NOT_NEGATIVE =
      SettingType.number().where(">= 0", number -> number >= 0);

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
    return value(name, byDefault, SettingType.positiveNumber());
  }

  /** A number above 0; where absent, the value of another parameter, which messages name. */
  double positive(String name, String other, double byDefault) {
    double value = positive(name, byDefault);
    defaults.put(name, other);
    return value;
  }

  /** A number, 0 or more. */
  double notNegative(String name, double byDefault) {
    return value(name, byDefault, NOT_NEGATIVE);
  }

  /** A finite number. */
  double number(String name, double byDefault) {
    return value(name, byDefault, SettingType.number());
  }

  /** A whole number not below {@code least}. */
  int wholeNumber(String name, int byDefault, int least) {
    return value(name, byDefault, SettingType.wholeNumber(least));
  }

  /** A whole number not below {@code least}, which is above 0; 0 when absent or {@code none}. */
  int wholeNumberOrNone(String name, int least) {
    int value = value(name, 0, SettingType.wholeNumber(least).or("none", 0, ", or none"));
    defaults.put(name, "none");
    return value;
  }

  /** A whole number not below {@code least}; {@code none} for no limit. */
  int wholeNumberOrAll(String name, int byDefault, int least) {
    return value(
        name,
        byDefault,
        SettingType.wholeNumber(least).or("none", Integer.MAX_VALUE, ", or none for all"));
  }

  /** {@code true} or {@code false}. */
  boolean flag(String name, boolean byDefault) {
    return value(name, byDefault, SettingType.flag());
  }

  /** A constant, written as {@code in_batch_negatives} in any case. */
  <E extends Enum<E>> E oneOf(String name, E byDefault) {
    return value(name, byDefault, words(byDefault), LossParameters::asWord);
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
    SettingType<E> constant = words(byDefault);
    String allowed = constant.allowed().replaceFirst("^one of", "a list of");
    SettingType<List<E>> list =
        SettingType.listOf(allowed, constant).where("that is not empty", each -> !each.isEmpty());
    return value(name, List.of(byDefault), list, LossParameters::asWord);
  }

  /** Whole numbers above 0, separated by commas; empty when absent. */
  List<Integer> wholeNumbers(String name) {
    return value(
        name,
        List.of(),
        SettingType.listOf("a list of whole numbers above 0", SettingType.wholeNumber(1)));
  }

  /** Numbers of 0 or more, separated by commas; empty when absent. */
  List<Double> numbers(String name) {
    return value(name, List.of(), SettingType.listOf("a list of numbers >= 0", NOT_NEGATIVE));
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

  private <T> T value(String name, T byDefault, SettingType<T> type) {
    return value(name, byDefault, type, text -> text);
  }

  private <T> T value(
      String name, T byDefault, SettingType<T> type, UnaryOperator<String> spelling) {
    defaults.put(name, text(byDefault));
    String text = given.get(name);
    if (text == null) {
      return byDefault;
    }
    return type.parse(spelling.apply(text))
        .orElseThrow(
            () ->
                new UserException(
                    "%s: %s = '%s' is not valid: needs %s"
                        .formatted(loss, name, text, type.allowed())));
  }

  private static <E extends Enum<E>> SettingType<E> words(E any) {
    return SettingType.oneOf(
        List.of(any.getDeclaringClass().getEnumConstants()), LossParameters::word);
  }

  private static String asWord(String text) {
    return text.toLowerCase(Locale.ROOT).replace('-', '_');
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
