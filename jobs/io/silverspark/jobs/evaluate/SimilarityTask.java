package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.evaluate.EvaluatedText.Role;
import io.silverspark.jobs.report.Metric;
import io.silverspark.jobs.report.ScatterPoint;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.evaluation.Correlation;
import io.silverspark.model.evaluation.RowStatistic;
import io.silverspark.model.evaluation.Similarity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Semantic textual similarity: how well the model's similarity follows the scores that people gave.
 * For the split that is reported the other similarities are details.
 */
final class SimilarityTask implements DataSetEvaluation {
  /** Shown beside the one that the model says, with their labels. */
  private static final Map<Similarity, String> OTHERS = others();

  /** Scores this close are one score: embeddings have 24 bits. */
  private static final double ROUNDING = 1e-6;

  private final String split;
  private final boolean reported;
  private final List<String> first;
  private final List<String> second;
  private final double[] gold;

  /**
   * The pairs of one split.
   *
   * @param reported whether its correlations are headlines
   * @param gold scores from 0 to 5, one per pair, at least one; with one, or with equal ones, the
   *     correlations are NaN
   */
  SimilarityTask(
      String split, boolean reported, List<String> first, List<String> second, double[] gold) {
    this.split = split;
    this.reported = reported;
    this.first = List.copyOf(first);
    this.second = List.copyOf(second);
    this.gold = gold.clone();
  }

  private static Map<Similarity, String> others() {
    Map<Similarity, String> others = new LinkedHashMap<>();
    others.put(Similarity.COSINE, "cosine");
    others.put(Similarity.DOT, "dot product");
    others.put(Similarity.MANHATTAN, "Manhattan");
    others.put(Similarity.EUCLIDEAN, "Euclidean");
    return others;
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
  public List<EvaluatedText> texts() {
    List<EvaluatedText> texts = new ArrayList<>();
    EvaluatedText.of(Role.TEXT, first).forEach(texts::add);
    EvaluatedText.of(Role.TEXT, second).forEach(texts::add);
    return texts;
  }

  @Override
  public List<Measure> measure(TextVectors vectors) {
    float[][] a = vectors.of(Role.TEXT, first);
    float[][] b = vectors.of(Role.TEXT, second);
    Similarity own = vectors.similarity();
    List<Measure> measures = correlations(own.functionName(), own.ofRows(a, b));
    if (reported) {
      OTHERS.forEach(
          (similarity, label) -> {
            if (similarity != own) {
              addDetails(measures, similarity.functionName(), label, similarity.ofRows(a, b));
            }
          });
    }
    return measures;
  }

  /** The Spearman of the split that is reported. */
  @Override
  public List<Measure> measure(TextVectors vectors, SmallVectors.Form form) {
    if (!reported) {
      return List.of();
    }
    float[][][] sides = form.compared(vectors.of(Role.TEXT, first), vectors.of(Role.TEXT, second));
    Similarity own = vectors.similarity();
    return correlations(own.functionName(), own.ofRows(sides[0], sides[1])).stream()
        .filter(measure -> measure.metric().equals(Metric.STS_SPEARMAN))
        .toList();
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
    Metric spearman = reported ? Metric.STS_SPEARMAN : other("spearman", "Spearman");
    Metric pearson = reported ? Metric.STS_PEARSON : other("pearson", "Pearson");
    String reason = undefined(scores, gold, "split " + split);
    List<Measure> measures = new ArrayList<>();
    if (reason.isEmpty()) {
      measures.add(
          Measure.resampled(spearman, "spearman_" + of, RowStatistic.spearman(scores, gold)));
      measures.add(Measure.resampled(pearson, "pearson_" + of, RowStatistic.pearson(scores, gold)));
    } else {
      measures.add(Measure.undefined(spearman, "spearman_" + of, gold.length, reason));
      measures.add(Measure.undefined(pearson, "pearson_" + of, gold.length, reason));
    }
    return measures;
  }

  /**
   * Why there is no correlation of these scores with others, or empty.
   *
   * @param of the rows in words
   */
  static String undefined(double[] scores, double[] gold, String of) {
    int rows = gold.length;
    if (rows < 2) {
      return "a correlation needs at least two rows, found %d of %s".formatted(rows, of);
    }
    if (Arrays.stream(gold).distinct().count() == 1) {
      return String.format(Locale.ROOT, "all %,d gold scores are %s", rows, gold[0]);
    }
    long broken = Arrays.stream(scores).filter(score -> !Double.isFinite(score)).count();
    if (broken > 0) {
      return String.format(
          Locale.ROOT, "the model gives no number for %,d of %,d pairs", broken, rows);
    }
    double low = Arrays.stream(scores).min().orElseThrow();
    double high = Arrays.stream(scores).max().orElseThrow();
    boolean same = high - low <= ROUNDING * Math.max(Math.abs(low), Math.abs(high));
    return same
        ? String.format(Locale.ROOT, "the model gives all %,d pairs the score %.3f", rows, high)
        : "";
  }

  private Metric other(String id, String label) {
    return Metric.detail("sts_" + split + "_" + id, "STS " + split + " " + label);
  }

  private void addDetails(
      List<Measure> measures, String similarity, String label, double[] scores) {
    Metric spearman = Metric.detail("sts_spearman_" + similarity, "STS Spearman, " + label);
    Metric pearson = Metric.detail("sts_pearson_" + similarity, "STS Pearson, " + label);
    String reason = undefined(scores, gold, "split " + split);
    if (!reason.isEmpty()) {
      measures.add(Measure.undefined(spearman, "spearman_" + similarity, gold.length, reason));
      measures.add(Measure.undefined(pearson, "pearson_" + similarity, gold.length, reason));
      return;
    }
    Correlation correlation = Correlation.of(scores, gold);
    measures.add(
        Measure.plain(spearman, "spearman_" + similarity, correlation.spearman(), gold.length));
    measures.add(
        Measure.plain(pearson, "pearson_" + similarity, correlation.pearson(), gold.length));
  }

  @Override
  public List<ScatterPoint> points(TextVectors vectors) {
    return reported
        ? ScatterPoint.of(
            gold,
            Similarity.COSINE.ofRows(vectors.of(Role.TEXT, first), vectors.of(Role.TEXT, second)))
        : List.of();
  }
}
