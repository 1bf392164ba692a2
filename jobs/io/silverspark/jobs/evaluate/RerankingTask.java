package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.evaluate.EvaluatedText.Role;
import io.silverspark.jobs.report.Metric;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.evaluation.RankingScores;
import io.silverspark.model.evaluation.RerankingEvaluator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/** Order of each query's documents, of which some are relevant: MAP, MRR and NDCG. */
final class RerankingTask implements DataSetEvaluation {
  private final String dataset;
  private final List<Sample> samples;

  /**
   * A task over samples that have a positive and a negative each.
   *
   * @param dataset name in the table of metrics
   */
  RerankingTask(String dataset, List<Sample> samples) {
    this.dataset = dataset;
    this.samples = List.copyOf(samples);
  }

  /**
   * A query with its documents.
   *
   * @param positives relevant ones
   * @param negatives the others
   */
  record Sample(String query, List<String> positives, List<String> negatives) {
    Sample {
      positives = List.copyOf(positives);
      negatives = List.copyOf(negatives);
    }

    List<String> documents() {
      return Stream.concat(positives.stream(), negatives.stream()).toList();
    }

    List<TextPair> pairs() {
      return documents().stream().map(document -> new TextPair(query, document)).toList();
    }

    boolean[] relevant() {
      boolean[] relevant = new boolean[positives.size() + negatives.size()];
      Arrays.fill(relevant, 0, positives.size(), true);
      return relevant;
    }
  }

  @Override
  public String dataset() {
    return dataset;
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT,
        "%,d queries with %,d documents to rerank",
        samples.size(),
        samples.stream().mapToInt(sample -> sample.documents().size()).sum());
  }

  @Override
  public List<EvaluatedText> texts() {
    List<EvaluatedText> texts = new ArrayList<>();
    for (Sample sample : samples) {
      texts.add(new EvaluatedText(Role.QUERY, sample.query()));
      EvaluatedText.of(Role.DOCUMENT, sample.documents()).forEach(texts::add);
    }
    return texts;
  }

  @Override
  public List<TextPair> pairs() {
    return samples.stream().flatMap(sample -> sample.pairs().stream()).toList();
  }

  @Override
  public List<Measure> measure(TextVectors vectors) {
    return measures(
        RerankingEvaluator.ofBiEncoder(),
        sample ->
            RerankingEvaluator.cosines(
                vectors.of(Role.QUERY, List.of(sample.query()))[0],
                vectors.of(Role.DOCUMENT, sample.documents())));
  }

  @Override
  public List<Measure> measure(PairPredictions predictions) {
    return measures(
        RerankingEvaluator.ofCrossEncoder(), sample -> predictions.scores(sample.pairs()));
  }

  private List<Measure> measures(RerankingEvaluator evaluator, Function<Sample, double[]> scores) {
    RankingScores result =
        evaluator.evaluate(
            samples.stream().map(scores).toList(), samples.stream().map(Sample::relevant).toList());
    return result.names().stream()
        .map(
            name ->
                Measure.resampled(
                    new Metric(
                        "reranking_" + name,
                        "Reranking " + name.toUpperCase(Locale.ROOT),
                        name.startsWith("ndcg")),
                    name,
                    result.statistic(name)))
        .toList();
  }
}
