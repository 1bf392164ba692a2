package io.silverspark.jobs.config;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What models can be measured on. */
public enum EvaluationKind {
  /** Correlation with graded pairs. */
  STS,
  /** Few-shot classification of intents. */
  INTENTS,
  /** Premises nearer to what they entail than to what contradicts them. */
  TRIPLETS,
  /** Pairs that mean the same, told from others by a threshold. */
  PAIRS,
  /** Search in a corpus. */
  RETRIEVAL,
  /** Order of the few documents of each query. */
  RERANKING;

  private static final String ALL = "all";

  /**
   * The kinds that a text names, or empty if it is not valid.
   *
   * @param text names in lower case separated by commas, or {@code all}
   */
  static Optional<Set<EvaluationKind>> parse(String text) {
    if (text.strip().equals(ALL)) {
      return Optional.of(EnumSet.allOf(EvaluationKind.class));
    }
    Set<EvaluationKind> kinds = EnumSet.noneOf(EvaluationKind.class);
    for (String word : text.split(",", -1)) {
      Optional<EvaluationKind> kind =
          Arrays.stream(values())
              .filter(k -> k.name().toLowerCase(Locale.ROOT).equals(word.strip()))
              .findFirst();
      if (kind.isEmpty()) {
        return Optional.empty();
      }
      kinds.add(kind.get());
    }
    return Optional.of(kinds);
  }

  /**
   * The kinds of a setting that was checked.
   *
   * @throws IllegalArgumentException if it was not
   */
  public static Set<EvaluationKind> of(String text) {
    return parse(text).orElseThrow(() -> new IllegalArgumentException("no task: " + text));
  }
}
