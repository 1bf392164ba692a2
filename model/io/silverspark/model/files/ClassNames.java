package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.silverspark.model.data.NliLabel;
import io.silverspark.model.error.UserException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The classes of a cross-encoder by the names that {@code id2label} of config.json gives them. The
 * one place that knows which class is a match: models differ in their order, so a number says
 * nothing.
 *
 * @param names by class; {@code LABEL_0} and so on where the file has none, as in transformers
 */
public record ClassNames(List<String> names) {
  /** Words for a match in models with two classes. */
  private static final Set<String> MATCH =
      Set.of(
          "match",
          "matching",
          "positive",
          "pos",
          "duplicate",
          "paraphrase",
          "equivalent",
          "relevant",
          "similar",
          "same",
          "related",
          "true",
          "yes");

  private static final Set<String> NO_MATCH =
      Set.of(
          "not",
          "no",
          "non",
          "never",
          "negative",
          "neg",
          "mismatch",
          "different",
          "distinct",
          "false",
          "neutral",
          "contradiction");

  private static final List<String> NEGATIONS = List.of("non", "not", "un", "ir", "in", "dis");

  /** Copies the list. */
  public ClassNames {
    names = List.copyOf(names);
  }

  /**
   * The names of the classes of natural language inference.
   *
   * @return entailment, neutral, contradiction
   */
  public static ClassNames nli() {
    return new ClassNames(Arrays.stream(NliLabel.values()).map(NliLabel::word).toList());
  }

  /**
   * The names of a fresh classifier.
   *
   * @param count number of classes
   * @return those of {@link #nli()} for three, else {@code LABEL_0} and so on, as in transformers
   */
  public static ClassNames ofNumber(int count) {
    return count == 3 ? nli() : unnamed(count);
  }

  /** The names that transformers gives to classes without a name. */
  static ClassNames unnamed(int count) {
    return new ClassNames(IntStream.range(0, count).mapToObj(id -> "LABEL_" + id).toList());
  }

  /**
   * The classes of a classifier's config.json. As in transformers {@code id2label} decides; {@code
   * num_labels} counts where it is absent.
   *
   * @throws UserException if the keys of id2label are not 0, 1, 2 and so on, or label2id gives a
   *     name of id2label another number
   */
  static ClassNames parse(JsonObject config) {
    Optional<JsonNode> named = config.get("id2label");
    if (named.isEmpty()) {
      return unnamed(config.whole("num_labels", 2, 1));
    }
    String[] names = new String[named.get().size()];
    boolean complete = named.get().isObject() && names.length > 0;
    for (Map.Entry<String, JsonNode> entry : named.get().properties()) {
      int id = entry.getKey().matches("0|[1-9]\\d{0,5}") ? Integer.parseInt(entry.getKey()) : -1;
      complete &= id >= 0 && id < names.length && names[id] == null;
      if (complete) {
        names[id] = entry.getValue().asText();
      }
    }
    if (!complete) {
      throw config.wrong(
          "id2label", "a name for each class, with the keys 0, 1, 2 and so on without a gap");
    }
    requireAgreement(config, names);
    return new ClassNames(Arrays.asList(names));
  }

  private static void requireAgreement(JsonObject config, String[] names) {
    JsonNode ids = config.get("label2id").orElse(null);
    for (int id = 0; ids != null && id < names.length; id++) {
      String other = ids.path(names[id]).asText();
      if (!other.isEmpty() && !other.equals(Integer.toString(id))) {
        throw new UserException(
            "%s: label2id says that '%s' is class %s, id2label that it is class %d: correct one of them"
                .formatted(config.where(), names[id], other, id));
      }
    }
  }

  /**
   * Number of classes.
   *
   * @return 1 for a model that gives a score
   */
  public int count() {
    return names.size();
  }

  /** Whether the file had no names. */
  boolean isUnnamed() {
    return equals(unnamed(count()));
  }

  /**
   * The class that says that two texts match: entailment in any spelling; of two classes also the
   * one that another word tells, such as match against no match, or class 1 if they have no names.
   *
   * @return empty if there is one class, or if the names do not tell
   */
  public OptionalInt match() {
    if (count() == 1) {
      return OptionalInt.empty();
    }
    OptionalInt entailment = only(ClassNames::isEntailment);
    if (entailment.isPresent()) {
      return entailment;
    }
    if (count() == 2) {
      return matchOfTwo();
    }
    return nliLabels()
        .map(labels -> OptionalInt.of(labels.indexOf(NliLabel.ENTAILMENT)))
        .orElse(OptionalInt.empty());
  }

  private OptionalInt matchOfTwo() {
    OptionalInt yes = only(ClassNames::isMatch);
    OptionalInt no = only(ClassNames::isNoMatch);
    if (yes.isPresent()) {
      return yes;
    }
    if (no.isPresent()) {
      return OptionalInt.of(1 - no.getAsInt());
    }
    return isUnnamed() ? OptionalInt.of(1) : OptionalInt.empty();
  }

  /**
   * The class that a user says is a match.
   *
   * @param asked a name, in any case, or else a number from 0; blank: as {@link #match()}
   * @param model for the message
   * @throws UserException if there is no such class, or the model has one output and thus no
   *     classes
   */
  public OptionalInt match(String asked, String model) {
    if (asked.isBlank()) {
      return match();
    }
    if (count() == 1) {
      throw new UserException(
          "matchClass = '%s' does not fit %s: it has one output and no classes"
              .formatted(asked, model));
    }
    OptionalInt named = only(name -> name.equals(asked.strip()));
    OptionalInt likeNamed = only(name -> name.equalsIgnoreCase(asked.strip()));
    OptionalInt numbered =
        only(
            IntStream.range(0, count()).mapToObj(Integer::toString).toList(),
            asked.strip()::equals);
    return java.util.stream.Stream.of(named, likeNamed, numbered)
        .filter(OptionalInt::isPresent)
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    ("matchClass = '%s' is not a class of %s, expected one of %s or a number from"
                            + " 0 to %d")
                        .formatted(asked, model, String.join(", ", names), count() - 1)));
  }

  /**
   * What to tell who needs the class that is a match where {@link #match()} is empty.
   *
   * @param model for the message
   * @return to be thrown
   */
  public UserException unknownMatch(String model) {
    return new UserException(
        ("%s has %d classes, %s (id2label of config.json), and no name says which one is a match"
                + " (entailment): name it with matchClass, a name or a number (match-class in SQL;"
                + " cross.matchClass, train.matchClass, mine.matchClass, silver.matchClass or"
                + " evaluate.matchClass in settings)")
            .formatted(model, count(), String.join(", ", names)));
  }

  /**
   * What the classes mean in natural language inference.
   *
   * @return by class; empty unless there are three and each has one of the names, in any spelling,
   *     or the beginning of it
   */
  public Optional<List<NliLabel>> nliLabels() {
    List<NliLabel> labels = new ArrayList<>();
    for (String name : names) {
      String word = letters(name);
      Arrays.stream(NliLabel.values())
          .filter(
              label ->
                  label == NliLabel.ENTAILMENT && isEntailment(name)
                      || label == NliLabel.NEUTRAL && word.contains("neutral")
                      || label == NliLabel.CONTRADICTION && word.contains("contradict")
                      || !word.isEmpty() && label.word().startsWith(word))
          .findFirst()
          .ifPresent(labels::add);
    }
    boolean all = count() == 3 && labels.size() == 3 && labels.stream().distinct().count() == 3;
    return all ? Optional.of(List.copyOf(labels)) : Optional.empty();
  }

  private OptionalInt only(Predicate<String> wanted) {
    return only(names, wanted);
  }

  /** The one place of the list that is wanted; empty if there is none or more than one. */
  private static OptionalInt only(List<String> all, Predicate<String> wanted) {
    int[] found = IntStream.range(0, all.size()).filter(i -> wanted.test(all.get(i))).toArray();
    return found.length == 1 ? OptionalInt.of(found[0]) : OptionalInt.empty();
  }

  /** Entailment, entailed, entails, ENTAIL; not their negations. */
  private static boolean isEntailment(String name) {
    return words(name).stream().anyMatch(word -> word.startsWith("entail")) && !isNoMatch(name);
  }

  private static boolean isMatch(String name) {
    return !isNoMatch(name)
        && (name.strip().equals("1") || words(name).stream().anyMatch(MATCH::contains));
  }

  private static boolean isNoMatch(String name) {
    return name.strip().equals("0")
        || words(name).stream().anyMatch(word -> NO_MATCH.contains(word) || isNegated(word));
  }

  /** Irrelevant, nonentailment. */
  private static boolean isNegated(String word) {
    return NEGATIONS.stream()
        .filter(word::startsWith)
        .map(negation -> word.substring(negation.length()))
        .anyMatch(rest -> MATCH.contains(rest) || rest.startsWith("entail"));
  }

  /** In lower case: not_entailment, notEntailment and "Not Entailment" are not, entailment. */
  private static List<String> words(String name) {
    String spaced = name.replaceAll("(?<=\\p{Ll})(?=\\p{Lu})", " ");
    return Arrays.asList(spaced.toLowerCase(Locale.ROOT).split("[^\\p{L}]+"));
  }

  private static String letters(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}]", "");
  }
}
