package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.evaluate.EvaluatedText.Role;
import io.silverspark.jobs.report.Metric;
import io.silverspark.model.evaluation.MinedParaphrases;
import io.silverspark.model.evaluation.ParaphraseMiningEvaluator;
import io.silverspark.model.evaluation.ParaphraseMiningEvaluator.Pair;
import io.silverspark.model.evaluation.RowStatistic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Duplicates among many texts, found by comparing each with all others. Intervals draw groups of
 * duplicates, see {@link MinedParaphrases}.
 */
final class MinedParaphrasesTask implements DataSetEvaluation {
  private final String name;
  private final List<String> texts;
  private final Set<Pair> duplicates;

  private MinedParaphrasesTask(String name, List<String> texts, Set<Pair> duplicates) {
    this.name = name;
    this.texts = List.copyOf(texts);
    this.duplicates = Set.copyOf(duplicates);
  }

  /**
   * One data set.
   *
   * @param questions id and text
   * @param duplicates two ids; pairs with an id that is not there are left out
   */
  static MinedParaphrasesTask of(
      String name, List<List<String>> questions, List<List<String>> duplicates) {
    Map<String, String> byId = new LinkedHashMap<>();
    questions.forEach(row -> byId.put(row.get(0), row.get(1)));
    Map<String, Integer> positions = new HashMap<>();
    byId.keySet().forEach(id -> positions.put(id, positions.size()));
    Set<Pair> pairs = new HashSet<>();
    for (List<String> row : duplicates) {
      if (positions.containsKey(row.get(0)) && positions.containsKey(row.get(1))) {
        pairs.add(new Pair(positions.get(row.get(0)), positions.get(row.get(1))));
      }
    }
    return new MinedParaphrasesTask(name, new ArrayList<>(byId.values()), pairs);
  }

  @Override
  public String dataset() {
    return name;
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT, "%,d duplicates among %,d texts of %s", duplicates.size(), texts.size(), name);
  }

  @Override
  public List<EvaluatedText> texts() {
    return EvaluatedText.of(Role.TEXT, texts).toList();
  }

  @Override
  public List<Measure> measure(TextVectors vectors) {
    MinedParaphrases found =
        ParaphraseMiningEvaluator.defaults().find(vectors.of(Role.TEXT, texts), duplicates);
    ParaphraseMiningEvaluator.Scores scores = found.scores();
    return List.of(
        resampled("average_precision", "AP", true, found.averagePrecision()),
        resampled("f1", "F1", false, found.f1()),
        measure("precision", scores.precision()),
        measure("recall", scores.recall()),
        measure("threshold", scores.threshold()));
  }

  private Measure resampled(String id, String label, boolean headline, RowStatistic statistic) {
    Metric metric = new Metric(name + "_" + id, name + " " + label, headline);
    return Measure.resampled(metric, id, statistic);
  }

  private Measure measure(String id, double value) {
    return Measure.plain(
        Metric.detail(name + "_" + id, name + " " + id), id, value, duplicates.size());
  }
}
