package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.evaluate.EvaluatedText.Role;
import io.silverspark.jobs.report.Metric;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.error.UserException;
import io.silverspark.model.evaluation.RankedListEvaluator;
import io.silverspark.model.evaluation.RankedListEvaluator.RankedList;
import io.silverspark.model.evaluation.RankingScores;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Order of the documents that BM25 found for each query, by the protocol of {@code
 * CrossEncoderNanoBEIREvaluator}. Other models order the same lists if they are compared with a
 * cross-encoder.
 */
final class RankedListTask implements DataSetEvaluation {
  private final String name;
  private final RankedListEvaluator evaluator;
  private final List<RankedList> lists;

  private RankedListTask(String name, RankedListEvaluator evaluator, List<RankedList> lists) {
    this.name = name;
    this.evaluator = evaluator;
    this.lists = List.copyOf(lists);
  }

  /** The ending of names, such as {@code _R100}. */
  static String suffix(RankedListEvaluator evaluator) {
    return "_R" + evaluator.rerankK();
  }

  /**
   * One data set.
   *
   * @param name without the number of documents
   * @param queries id and text
   * @param corpus id and text
   * @param relevance ids of a query and of the documents that answer it
   * @param ranked ids of a query and of its documents, best first
   * @throws UserException if a query or document of the lists is missing
   */
  static RankedListTask of(
      String name,
      RankedListEvaluator evaluator,
      List<List<String>> queries,
      List<List<String>> corpus,
      List<List<String>> relevance,
      List<List<String>> ranked) {
    Texts ofQueries = new Texts(name, "queries", byId(queries));
    Texts documents = new Texts(name, "corpus", byId(corpus));
    Map<String, Set<String>> answers = new HashMap<>();
    for (List<String> row : relevance) {
      answers
          .computeIfAbsent(row.get(0), id -> new LinkedHashSet<>())
          .addAll(row.subList(1, row.size()));
    }
    List<RankedList> lists = new ArrayList<>();
    for (List<String> row : ranked) {
      String query = row.get(0);
      Set<String> positives = answers.getOrDefault(query, Set.of());
      if (positives.isEmpty()) {
        throw new UserException(
            "%s: bm25 has query '%s', for which qrels names no document".formatted(name, query));
      }
      int length = Math.min(evaluator.rerankK(), row.size() - 1);
      lists.add(
          new RankedList(
              ofQueries.of(query),
              positives.stream().map(documents::of).toList(),
              row.subList(1, 1 + length).stream().map(documents::of).toList()));
    }
    return new RankedListTask(name + suffix(evaluator), evaluator, lists);
  }

  private record Texts(String dataset, String folder, Map<String, String> byId) {
    String of(String id) {
      String text = byId.get(id);
      if (text == null) {
        throw new UserException("%s: %s has no id '%s'".formatted(dataset, folder, id));
      }
      return text;
    }
  }

  private static Map<String, String> byId(List<List<String>> rows) {
    Map<String, String> texts = new HashMap<>();
    rows.forEach(row -> texts.put(row.get(0), row.get(1)));
    return texts;
  }

  @Override
  public String dataset() {
    return name;
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT, "%,d queries with %,d documents of %s", lists.size(), pairs().size(), name);
  }

  @Override
  public boolean isBesideCrossEncoders() {
    return true;
  }

  @Override
  public List<EvaluatedText> texts() {
    List<EvaluatedText> texts = new ArrayList<>();
    for (RankedList list : lists) {
      texts.add(new EvaluatedText(Role.QUERY, list.query()));
      EvaluatedText.of(Role.DOCUMENT, evaluator.candidates(list)).forEach(texts::add);
    }
    return texts;
  }

  @Override
  public List<TextPair> pairs() {
    return lists.stream().flatMap(list -> pairs(list).stream()).toList();
  }

  private List<TextPair> pairs(RankedList list) {
    return evaluator.candidates(list).stream()
        .map(document -> new TextPair(list.query(), document))
        .toList();
  }

  @Override
  public List<Measure> measure(TextVectors vectors) {
    return measures(
        list -> {
          float[] query = vectors.of(Role.QUERY, List.of(list.query()))[0];
          float[][] documents = vectors.of(Role.DOCUMENT, evaluator.candidates(list));
          double[] scores = new double[documents.length];
          for (int i = 0; i < scores.length; i++) {
            scores[i] = vectors.similarity().of(query, documents[i]);
          }
          return scores;
        });
  }

  @Override
  public List<Measure> measure(PairPredictions predictions) {
    return measures(list -> predictions.scores(pairs(list)));
  }

  private List<Measure> measures(Function<RankedList, double[]> scores) {
    RankingScores result = evaluator.evaluate(lists, lists.stream().map(scores).toList());
    return result.names().stream()
        .map(
            measure ->
                Measure.resampled(
                    new Metric(
                        name + "_" + measure, name + " " + label(measure), headline(measure)),
                    measure,
                    result.statistic(measure)))
        .toList();
  }

  private static boolean headline(String measure) {
    return measure.startsWith("ndcg");
  }

  private static String label(String measure) {
    return measure.startsWith("base_")
        ? "base " + label(measure.substring("base_".length()))
        : measure.toUpperCase(Locale.ROOT);
  }
}
