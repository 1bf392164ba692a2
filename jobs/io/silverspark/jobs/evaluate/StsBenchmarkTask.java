package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.evaluate.EvaluatedText.Role;
import io.silverspark.jobs.report.Metric;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.evaluation.RowStatistic;
import io.silverspark.model.evaluation.Similarity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Semantic textual similarity as MTEB measures it: the headline is the Spearman of the cosine,
 * whatever the model's own similarity is; {@code pearson} and {@code spearman} are of that one.
 */
final class StsBenchmarkTask implements DataSetEvaluation {
  private static final List<Similarity> OTHERS =
      List.of(Similarity.MANHATTAN, Similarity.EUCLIDEAN);

  private final String name;
  private final List<TextPair> pairs;
  private final double[] gold;

  /**
   * One data set.
   *
   * @param gold one per pair, any scale
   */
  StsBenchmarkTask(String name, List<TextPair> pairs, double[] gold) {
    this.name = name;
    this.pairs = List.copyOf(pairs);
    this.gold = gold.clone();
  }

  @Override
  public String dataset() {
    return name;
  }

  @Override
  public String description() {
    return String.format(Locale.ROOT, "%,d pairs of %s", gold.length, name);
  }

  @Override
  public List<EvaluatedText> texts() {
    List<EvaluatedText> texts = new ArrayList<>();
    EvaluatedText.of(Role.TEXT, first()).forEach(texts::add);
    EvaluatedText.of(Role.TEXT, second()).forEach(texts::add);
    return texts;
  }

  @Override
  public List<Measure> measure(TextVectors vectors) {
    float[][] a = vectors.of(Role.TEXT, first());
    float[][] b = vectors.of(Role.TEXT, second());
    List<Measure> measures = correlations("cosine_", Similarity.COSINE.ofRows(a, b));
    for (Similarity other : OTHERS) {
      measures.addAll(correlations(other.functionName() + "_", other.ofRows(a, b)));
    }
    measures.addAll(correlations("", vectors.similarity().ofRows(a, b)));
    return measures;
  }

  @Override
  public List<TextPair> pairs() {
    return pairs;
  }

  @Override
  public List<Measure> measure(PairPredictions predictions) {
    return correlations("score_", predictions.scores(pairs));
  }

  private List<Measure> correlations(String of, double[] scores) {
    String reason = SimilarityTask.undefined(scores, gold, name);
    Metric spearman = metric(of, "spearman", "Spearman");
    Metric pearson = metric(of, "pearson", "Pearson");
    List<Measure> measures = new ArrayList<>();
    if (reason.isEmpty()) {
      measures.add(
          Measure.resampled(spearman, of + "spearman", RowStatistic.spearman(scores, gold)));
      measures.add(Measure.resampled(pearson, of + "pearson", RowStatistic.pearson(scores, gold)));
    } else {
      measures.add(Measure.undefined(spearman, of + "spearman", gold.length, reason));
      measures.add(Measure.undefined(pearson, of + "pearson", gold.length, reason));
    }
    return measures;
  }

  /** The cosine of a sentence encoder and the score of a cross-encoder are one metric. */
  private Metric metric(String of, String id, String label) {
    boolean compared = of.equals("cosine_") || of.equals("score_");
    String similarity = of.isEmpty() ? "own similarity" : of.substring(0, of.length() - 1);
    return compared
        ? new Metric(name + "_" + id, name + " " + label, id.equals("spearman"))
        : Metric.detail(name + "_" + of + id, name + " " + label + ", " + similarity);
  }

  private List<String> first() {
    return pairs.stream().map(TextPair::first).toList();
  }

  private List<String> second() {
    return pairs.stream().map(TextPair::second).toList();
  }
}
