package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.evaluate.EvaluatedText.Role;
import io.silverspark.jobs.report.Metric;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.data.Triplet;
import io.silverspark.model.evaluation.RowStatistic;
import io.silverspark.model.evaluation.TripletEvaluator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Share of premises that are closer to what they entail than to what contradicts them. */
final class TripletTask implements DataSetEvaluation {
  private final List<Triplet> triplets;

  TripletTask(List<Triplet> triplets) {
    this.triplets = List.copyOf(triplets);
  }

  @Override
  public String dataset() {
    return "nli-validation-triplets";
  }

  @Override
  public String description() {
    return String.format(Locale.ROOT, "%,d triplets of NLI validation", triplets.size());
  }

  @Override
  public List<EvaluatedText> texts() {
    List<EvaluatedText> texts = new ArrayList<>();
    EvaluatedText.of(Role.QUERY, anchors()).forEach(texts::add);
    EvaluatedText.of(Role.DOCUMENT, positives()).forEach(texts::add);
    EvaluatedText.of(Role.DOCUMENT, negatives()).forEach(texts::add);
    return texts;
  }

  @Override
  public List<Measure> measure(TextVectors vectors) {
    boolean[] correct =
        TripletEvaluator.evaluate(
                vectors.of(Role.QUERY, anchors()),
                vectors.of(Role.DOCUMENT, positives()),
                vectors.of(Role.DOCUMENT, negatives()),
                vectors.similarity())
            .correct();
    return List.of(
        Measure.resampled(Metric.TRIPLET_ACCURACY, "accuracy", RowStatistic.accuracy(correct)));
  }

  @Override
  public List<TextPair> pairs() {
    List<TextPair> pairs = new ArrayList<>(withPositives());
    pairs.addAll(withNegatives());
    return pairs;
  }

  @Override
  public List<Measure> measure(PairPredictions predictions) {
    double[] positive = predictions.scores(withPositives());
    double[] negative = predictions.scores(withNegatives());
    boolean[] correct = new boolean[positive.length];
    for (int row = 0; row < correct.length; row++) {
      correct[row] = positive[row] > negative[row];
    }
    return List.of(
        Measure.resampled(Metric.TRIPLET_ACCURACY, "accuracy", RowStatistic.accuracy(correct)));
  }

  private List<TextPair> withPositives() {
    return triplets.stream().map(t -> new TextPair(t.anchor(), t.positive())).toList();
  }

  private List<TextPair> withNegatives() {
    return triplets.stream().map(t -> new TextPair(t.anchor(), t.negative())).toList();
  }

  private List<String> anchors() {
    return triplets.stream().map(Triplet::anchor).toList();
  }

  private List<String> positives() {
    return triplets.stream().map(Triplet::positive).toList();
  }

  private List<String> negatives() {
    return triplets.stream().map(Triplet::negative).toList();
  }
}
