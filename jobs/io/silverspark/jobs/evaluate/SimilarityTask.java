package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.report.Metric;
import io.silverspark.jobs.report.ScatterPoint;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.evaluation.Correlation;
import io.silverspark.model.evaluation.RowStatistic;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.evaluation.SimilarityEvaluator;
import io.silverspark.model.evaluation.SimilarityScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Semantic textual similarity: how well cosine follows the scores that people gave. For the split
 * that is reported the other similarities are details.
 */
final class SimilarityTask implements DataSetEvaluation {
  private final String split;
  private final boolean reported;
  private final List<String> first;
  private final List<String> second;
  private final double[] gold;

  /**
   * The pairs of one split.
   *
   * @param reported whether its correlations are headlines
   * @param gold scores from 0 to 5, one a pair, at least two
   */
  SimilarityTask(
      String split, boolean reported, List<String> first, List<String> second, double[] gold) {
    this.split = split;
    this.reported = reported;
    this.first = List.copyOf(first);
    this.second = List.copyOf(second);
    this.gold = gold.clone();
  }

  @Override
  public String dataset() {
    return "sts-" + split;
  }

  @Override
  public String description() {
    return String.format(Locale.ROOT, "%,d pairs of STS %s", gold.length, split);
  }

  @Override
  public List<String> texts() {
    List<String> texts = new ArrayList<>(first);
    texts.addAll(second);
    return texts;
  }

  @Override
  public List<Measure> measure(TextVectors vectors) {
    float[][] a = vectors.of(first);
    float[][] b = vectors.of(second);
    List<Measure> measures = correlations("cosine", Similarity.COSINE.ofRows(a, b));
    if (reported) {
      SimilarityScores scores = SimilarityEvaluator.evaluate(a, b, gold);
      addDetails(measures, "dot", "dot product", scores.dot());
      addDetails(measures, "manhattan", "Manhattan", scores.manhattan());
      addDetails(measures, "euclidean", "Euclidean", scores.euclidean());
    }
    return measures;
  }

  @Override
  public List<TextPair> pairs() {
    List<TextPair> pairs = new ArrayList<>(first.size());
    for (int row = 0; row < first.size(); row++) {
      pairs.add(new TextPair(first.get(row), second.get(row)));
    }
    return pairs;
  }

  @Override
  public List<Measure> measure(PairPredictions predictions) {
    return correlations("score", predictions.scores(pairs()));
  }

  @Override
  public List<ScatterPoint> points(PairPredictions predictions) {
    return reported ? ScatterPoint.of(gold, predictions.scores(pairs())) : List.of();
  }

  /** The two that models of either kind are compared by. */
  private List<Measure> correlations(String of, double[] scores) {
    List<Measure> measures = new ArrayList<>();
    measures.add(
        Measure.resampled(
            reported ? Metric.STS_SPEARMAN : other("spearman", "Spearman"),
            "spearman_" + of,
            RowStatistic.spearman(scores, gold)));
    measures.add(
        Measure.resampled(
            reported ? Metric.STS_PEARSON : other("pearson", "Pearson"),
            "pearson_" + of,
            RowStatistic.pearson(scores, gold)));
    return measures;
  }

  private Metric other(String id, String label) {
    return Metric.detail("sts_" + split + "_" + id, "STS " + split + " " + label);
  }

  private void addDetails(
      List<Measure> measures, String similarity, String label, Correlation correlation) {
    measures.add(
        Measure.plain(
            Metric.detail("sts_spearman_" + similarity, "STS Spearman, " + label),
            "spearman_" + similarity,
            correlation.spearman(),
            gold.length));
    measures.add(
        Measure.plain(
            Metric.detail("sts_pearson_" + similarity, "STS Pearson, " + label),
            "pearson_" + similarity,
            correlation.pearson(),
            gold.length));
  }

  @Override
  public List<ScatterPoint> points(TextVectors vectors) {
    return reported
        ? ScatterPoint.of(gold, Similarity.COSINE.ofRows(vectors.of(first), vectors.of(second)))
        : List.of();
  }
}
