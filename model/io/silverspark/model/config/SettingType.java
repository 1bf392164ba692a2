package io.silverspark.model.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What values a setting allows, in words and in code.
 *
 * @param <T> type of the value in Java
 */
public final class SettingType<T> {
  private final String allowed;
  private final Function<ConfigValue, Optional<T>> parser;
  private final Function<T, Object> plain;

  private SettingType(
      String allowed, Function<ConfigValue, Optional<T>> parser, Function<T, Object> plain) {
    this.allowed = allowed;
    this.parser = parser;
    this.plain = plain;
  }

  /** Any text, the empty one included. */
  public static SettingType<String> text() {
    return new SettingType<>("a text", SettingType::scalar, text -> text);
  }

  /** A text with something in it. */
  public static SettingType<String> name() {
    return new SettingType<String>("a text", SettingType::scalar, text -> text)
        .where("that is not empty", text -> !text.isBlank());
  }

  /** {@code true} or {@code false}. */
  public static SettingType<Boolean> flag() {
    return new SettingType<>(
        "true or false",
        value ->
            scalar(value)
                .filter(text -> text.equals("true") || text.equals("false"))
                .map(Boolean::valueOf),
        flag -> flag);
  }

  /** A whole number not below {@code least}. */
  public static SettingType<Integer> wholeNumber(int least) {
    return new SettingType<Integer>(
            "a whole number", value -> number(value, Integer::valueOf), number -> number)
        .where(">= " + least, number -> number >= least);
  }

  /** A whole number of 64 bits. */
  public static SettingType<Long> longNumber() {
    return new SettingType<>(
        "a whole number", value -> number(value, Long::valueOf), number -> number);
  }

  /** A finite number; narrow it with {@link #where}. */
  public static SettingType<Double> number() {
    return new SettingType<>(
        "a number",
        value -> scalar(value).flatMap(PlainDecimal::parse).filter(Double::isFinite),
        x -> x);
  }

  /** A number above 0. */
  public static SettingType<Double> positiveNumber() {
    return number().where("above 0", number -> number > 0);
  }

  /** A number from {@code least} to {@code most}, both included. */
  public static SettingType<Double> numberBetween(double least, double most) {
    String rule = String.format(Locale.ROOT, "from %s to %s", plainText(least), plainText(most));
    return number().where(rule, number -> number >= least && number <= most);
  }

  /** One of the given words. */
  public static SettingType<String> oneOf(String... words) {
    List<String> allowed = List.of(words);
    return new SettingType<>(
        "one of " + String.join(", ", allowed),
        value -> scalar(value).filter(allowed::contains),
        word -> word);
  }

  /** One constant of an enum, written in lower case with hyphens: {@code semi-hard}. */
  public static <E extends Enum<E>> SettingType<E> oneOf(Class<E> constants) {
    return oneOf(Arrays.asList(constants.getEnumConstants()));
  }

  /** One of these constants of an enum, written in lower case with hyphens. */
  public static <E extends Enum<E>> SettingType<E> oneOf(List<E> constants) {
    return oneOf(constants, SettingType::word);
  }

  /** One of these constants, each written as a word of its own. */
  public static <E> SettingType<E> oneOf(List<E> constants, Function<E, String> word) {
    List<E> all = List.copyOf(constants);
    return new SettingType<>(
        "one of " + String.join(", ", all.stream().map(word).toList()),
        value ->
            scalar(value).flatMap(w -> all.stream().filter(e -> word.apply(e).equals(w)).findAny()),
        word::apply);
  }

  /**
   * A list, as such or written as the text {@code [1, 2]} or {@code 1, 2}.
   *
   * @param allowed the whole list in words
   */
  public static <T> SettingType<List<T>> listOf(String allowed, SettingType<T> element) {
    return new SettingType<>(
        allowed,
        value -> elements(value).flatMap(texts -> all(texts, element)),
        list -> list.stream().map(element::plain).toList());
  }

  /** A map of texts whose keys may contain dots: {@code { "spark.executor.memory" = 4g }}. */
  public static SettingType<Map<String, String>> textMap() {
    return new SettingType<>(
        "a map of texts",
        value ->
            value instanceof ConfigObject object ? Optional.of(flat(object)) : Optional.empty(),
        map -> map);
  }

  /** A list of maps of texts: {@code [ { data = gold }, { data = intents } ]}. */
  public static SettingType<List<Map<String, String>>> mapList() {
    return new SettingType<>("a list of maps of texts", SettingType::maps, list -> list);
  }

  /**
   * The same values with a further condition.
   *
   * @param rule follows the words for the type, such as {@code >= 2, because a batch needs two}
   */
  public SettingType<T> where(String rule, Predicate<T> holds) {
    return new SettingType<>(
        allowed + " " + rule, value -> parser.apply(value).filter(holds), plain);
  }

  /** The same values, or none: an absent key or {@code null} gives an empty optional. */
  public SettingType<Optional<T>> orNone() {
    return new SettingType<>(
        allowed + " or null",
        value ->
            value.valueType() == ConfigValueType.NULL
                ? Optional.of(Optional.empty())
                : parser.apply(value).map(Optional::of),
        optional -> optional.map(plain).orElse(null));
  }

  /**
   * The same values, or a word for one more.
   *
   * @param rule follows the words for the type, such as {@code , or none}
   */
  public SettingType<T> or(String word, T meaning, String rule) {
    return new SettingType<>(
        allowed + rule,
        value ->
            scalar(value).filter(word::equals).isPresent()
                ? Optional.of(meaning)
                : parser.apply(value),
        plain);
  }

  /** The value that a text stands for, or empty if it is not allowed. */
  public Optional<T> parse(String text) {
    return parse(ConfigValueFactory.fromAnyRef(text));
  }

  /** The allowed values in words, such as {@code a whole number >= 1}. */
  public String allowed() {
    return allowed;
  }

  /** The value, or empty if it is not allowed. */
  Optional<T> parse(ConfigValue value) {
    return parser.apply(value);
  }

  /** The value as a number, flag, text, map or null, as a file would hold it. */
  Object plain(T value) {
    return plain.apply(value);
  }

  boolean isText() {
    return allowed.startsWith("a text") || allowed.startsWith("one of");
  }

  boolean isMap() {
    return allowed.startsWith("a map");
  }

  private static Optional<String> scalar(ConfigValue value) {
    return switch (value.valueType()) {
      case STRING, NUMBER, BOOLEAN -> Optional.of(String.valueOf(value.unwrapped()));
      default -> Optional.empty();
    };
  }

  private static <N> Optional<N> number(ConfigValue value, Function<String, N> parser) {
    try {
      return scalar(value).map(parser);
    } catch (NumberFormatException notANumber) {
      return Optional.empty();
    }
  }

  private static Optional<List<String>> elements(ConfigValue value) {
    if (value instanceof ConfigList list) {
      List<String> texts =
          list.stream().map(SettingType::scalar).flatMap(Optional::stream).toList();
      return texts.size() == list.size() ? Optional.of(texts) : Optional.empty();
    }
    return scalar(value)
        .map(text -> text.startsWith("[") && text.endsWith("]") ? inner(text) : text)
        .map(
            text ->
                text.isBlank()
                    ? List.of()
                    : Arrays.stream(text.split(",")).map(String::strip).toList());
  }

  private static String inner(String text) {
    return text.substring(1, text.length() - 1);
  }

  /** All values, or empty if one is not allowed. */
  private static <T> Optional<List<T>> all(List<String> texts, SettingType<T> element) {
    List<T> values = texts.stream().map(element::parse).flatMap(Optional::stream).toList();
    return values.size() == texts.size() ? Optional.of(values) : Optional.empty();
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String plainText(double number) {
    return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
  }

  private static Optional<List<Map<String, String>>> maps(ConfigValue value) {
    return value instanceof ConfigList list
            && list.stream().allMatch(element -> element instanceof ConfigObject)
        ? Optional.of(list.stream().map(element -> flat((ConfigObject) element)).toList())
        : Optional.empty();
  }

  private static Map<String, String> flat(ConfigObject object) {
    Map<String, String> texts = new TreeMap<>();
    object.forEach(
        (key, value) -> {
          if (value instanceof ConfigObject inner) {
            flat(inner).forEach((rest, text) -> texts.put(key + "." + rest, text));
          } else {
            texts.put(key, String.valueOf(value.unwrapped()));
          }
        });
    return texts;
  }
}
