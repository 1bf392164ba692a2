package io.silverspark.jobs.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What {@code evaluate.tasks} names: tasks over the labelled tables, and benchmarks over files.
 *
 * @param kinds over the labelled tables
 * @param benchmarks over files, in their order
 */
public record EvaluationTasks(Set<EvaluationKind> kinds, List<Benchmark> benchmarks) {
  /** What is asked of a setting. */
  static final String EXPECTED =
      "of sts, intents, triplets, pairs, retrieval, reranking, or all of these, benchmarks ("
          + Benchmark.names()
          + ", NanoBEIR) and "
          + Arrays.stream(Benchmark.Type.values())
              .map(type -> type.word() + ":FOLDER")
              .collect(Collectors.joining(", "))
          + ", separated by commas";

  private static final String ALL = "all";
  private static final String NANO_BEIR = "NanoBEIR";

  /** Copies both. */
  public EvaluationTasks {
    kinds = Set.copyOf(kinds);
    benchmarks = List.copyOf(benchmarks);
  }

  /**
   * Reads a setting.
   *
   * @param text words separated by commas, case aside
   * @return empty if a word is none of {@link #EXPECTED} or a benchmark is there twice
   */
  static Optional<EvaluationTasks> parse(String text) {
    Set<EvaluationKind> kinds = EnumSet.noneOf(EvaluationKind.class);
    List<Benchmark> benchmarks = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String word = part.strip();
      Optional<EvaluationKind> kind =
          Arrays.stream(EvaluationKind.values())
              .filter(k -> k.name().toLowerCase(Locale.ROOT).equals(word))
              .findFirst();
      Optional<Benchmark> benchmark = Benchmark.of(word);
      if (word.equals(ALL)) {
        kinds.addAll(EnumSet.allOf(EvaluationKind.class));
      } else if (kind.isPresent()) {
        kinds.add(kind.get());
      } else if (word.equalsIgnoreCase(NANO_BEIR)) {
        benchmarks.addAll(Benchmark.nanoBeir());
      } else if (benchmark.isPresent()) {
        benchmarks.add(benchmark.get());
      } else {
        return Optional.empty();
      }
    }
    boolean twice = benchmarks.stream().map(Benchmark::name).distinct().count() < benchmarks.size();
    return twice ? Optional.empty() : Optional.of(new EvaluationTasks(kinds, benchmarks));
  }

  /**
   * The tasks of a setting that was checked.
   *
   * @throws IllegalArgumentException if it was not
   */
  public static EvaluationTasks of(String text) {
    return parse(text).orElseThrow(() -> new IllegalArgumentException("no task: " + text));
  }

  /** Whether a benchmark of the type is among them. */
  boolean has(Benchmark.Type type) {
    return benchmarks.stream().anyMatch(benchmark -> benchmark.type() == type);
  }
}
