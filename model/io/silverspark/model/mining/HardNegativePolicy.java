package io.silverspark.model.mining;

import java.io.Serializable;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Which of a query's most similar texts count as negatives: the arguments of mine_hard_negatives of
 * sentence-transformers 6.0.1, with the same meaning and the same order. A candidate is dropped if
 * it is a known positive of the query, unless these are included; then if its score is within
 * {@code absoluteMargin}, then within {@code relativeMargin} of the smallest positive score; then
 * if above {@code maxScore}; then if below {@code minScore}. Of the rest the best {@code rangeMax}
 * are kept, the first {@code rangeMin} of these skipped, and {@code numNegatives} taken.
 *
 * @param numNegatives negatives per query, at least 1
 * @param rangeMin how many of the best remaining candidates to skip
 * @param rangeMax how many candidates to look at; empty: see {@link #effectiveRangeMax}
 * @param maxScore candidates scoring higher are taken for unlabelled positives and dropped
 * @param minScore candidates scoring lower are dropped
 * @param absoluteMargin keeps candidates with {@code score + margin <= positive}, 0 or more
 * @param relativeMargin keeps candidates with {@code score <= positive - |positive| * margin}
 * @param sampling how to choose among the candidates that are left
 * @param seed for {@link Sampling#RANDOM}
 * @param includePositives whether known positives stay among the candidates, for a ranking to
 *     evaluate rerankers on
 */
public record HardNegativePolicy(
    int numNegatives,
    int rangeMin,
    OptionalInt rangeMax,
    OptionalDouble maxScore,
    OptionalDouble minScore,
    OptionalDouble absoluteMargin,
    OptionalDouble relativeMargin,
    Sampling sampling,
    long seed,
    boolean includePositives)
    implements Serializable {

  /** How negatives are chosen among the candidates that pass the filters. */
  public enum Sampling {
    /** The most similar first. */
    TOP,
    /** At random without replacement, then ordered by score; the draw depends on seed and query. */
    RANDOM
  }

  /**
   * Checks what can be checked without data.
   *
   * @throws IllegalArgumentException if a number is out of its range; the message shows the value
   */
  public HardNegativePolicy {
    require(numNegatives >= 1, "numNegatives must be at least 1, got " + numNegatives);
    require(rangeMin >= 0, "rangeMin must be 0 or more, got " + rangeMin);
    if (rangeMax.isPresent()) {
      int window = rangeMax.getAsInt() - rangeMin;
      require(
          window >= numNegatives,
          "rangeMax must leave room for numNegatives after rangeMin: got rangeMin="
              + rangeMin
              + ", rangeMax="
              + rangeMax.getAsInt()
              + ", numNegatives="
              + numNegatives);
    }
    requireMargin("absoluteMargin", absoluteMargin);
    requireMargin("relativeMargin", relativeMargin);
    require(
        !(minScore.orElse(Double.NEGATIVE_INFINITY) > maxScore.orElse(Double.POSITIVE_INFINITY)),
        "minScore must not be above maxScore, got " + minScore + " and " + maxScore);
  }

  /** A policy that drops known positives. */
  public HardNegativePolicy(
      int numNegatives,
      int rangeMin,
      OptionalInt rangeMax,
      OptionalDouble maxScore,
      OptionalDouble minScore,
      OptionalDouble absoluteMargin,
      OptionalDouble relativeMargin,
      Sampling sampling,
      long seed) {
    this(
        numNegatives,
        rangeMin,
        rangeMax,
        maxScore,
        minScore,
        absoluteMargin,
        relativeMargin,
        sampling,
        seed,
        false);
  }

  /** The defaults of sentence-transformers: 3 negatives from the top, no filter. */
  public static HardNegativePolicy defaults() {
    return new HardNegativePolicy(
        3,
        0,
        OptionalInt.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Sampling.TOP,
        42);
  }

  /**
   * The window of candidates: {@code rangeMax} where given, else {@code rangeMin + numNegatives +
   * maxPositives}, with ten times the negatives where a margin or {@code maxScore} may drop some.
   * {@code minScore} does not count there, as in sentence-transformers.
   *
   * @param maxPositives the largest number of (query, positive) rows of one query, repeated rows
   *     counted
   */
  public int effectiveRangeMax(int maxPositives) {
    if (rangeMax.isPresent()) {
      return rangeMax.getAsInt();
    }
    boolean filtered =
        absoluteMargin.isPresent() || relativeMargin.isPresent() || maxScore.isPresent();
    return rangeMin + numNegatives * (filtered ? 10 : 1) + maxPositives;
  }

  /** How many nearest texts to retrieve for a query: the window and room for its positives. */
  public int candidatesPerQuery(int maxPositives) {
    return effectiveRangeMax(maxPositives) + maxPositives;
  }

  private static void requireMargin(String name, OptionalDouble margin) {
    require(margin.orElse(0) >= 0, name + " must be 0 or more, got " + margin.orElse(0));
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  private Object writeReplace() {
    return new Stored(
        numNegatives,
        rangeMin,
        rangeMax.isPresent() ? rangeMax.getAsInt() : null,
        boxed(maxScore),
        boxed(minScore),
        boxed(absoluteMargin),
        boxed(relativeMargin),
        sampling,
        seed,
        includePositives);
  }

  private static Double boxed(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  /** The serialised form, since optionals are not serialisable; null where empty. */
  private record Stored(
      int numNegatives,
      int rangeMin,
      Integer rangeMax,
      Double maxScore,
      Double minScore,
      Double absoluteMargin,
      Double relativeMargin,
      Sampling sampling,
      long seed,
      boolean includePositives)
      implements Serializable {

    private Object readResolve() {
      return new HardNegativePolicy(
          numNegatives,
          rangeMin,
          rangeMax == null ? OptionalInt.empty() : OptionalInt.of(rangeMax),
          optional(maxScore),
          optional(minScore),
          optional(absoluteMargin),
          optional(relativeMargin),
          sampling,
          seed,
          includePositives);
    }

    private static OptionalDouble optional(Double value) {
      return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
  }
}
