package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.evaluate.EvaluatedText.Role;
import io.silverspark.jobs.report.Metric;
import io.silverspark.model.evaluation.InformationRetrievalEvaluator;
import io.silverspark.model.evaluation.RankingScores;
import io.silverspark.model.mining.SparseIndex;
import io.silverspark.model.mining.TopK;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Search in a corpus that fits into memory, by the protocol of {@code NanoBEIREvaluator}: empty
 * texts are left out, the model's own similarity ranks, and its prompts "query" and "document" are
 * put before the texts.
 */
final class SearchBenchmarkTask implements DataSetEvaluation {
  private final String name;
  private final List<String> queries;
  private final List<String> corpus;
  private final List<Set<Integer>> relevant;

  private SearchBenchmarkTask(
      String name, List<String> queries, List<String> corpus, List<Set<Integer>> relevant) {
    this.name = name;
    this.queries = List.copyOf(queries);
    this.corpus = List.copyOf(corpus);
    this.relevant = List.copyOf(relevant);
  }

  /**
   * One data set.
   *
   * @param queries id and text
   * @param corpus id and text
   * @param relevance ids of a query and of documents that answer it; a document that is not in the
   *     corpus counts as missed
   */
  static SearchBenchmarkTask of(
      String name,
      List<List<String>> queries,
      List<List<String>> corpus,
      List<List<String>> relevance) {
    Map<String, String> documents = new TreeMap<>(); // ties rank by rising id
    byId(corpus).forEach(documents::put);
    Map<String, Integer> positions = new HashMap<>();
    documents.keySet().forEach(id -> positions.put(id, positions.size()));
    Map<String, Set<Integer>> answers = new HashMap<>();
    for (List<String> row : relevance) {
      Set<Integer> ofQuery = answers.computeIfAbsent(row.get(0), id -> new HashSet<>());
      for (String document : row.subList(1, row.size())) {
        ofQuery.add(positions.computeIfAbsent(document, id -> positions.size()));
      }
    }
    List<String> texts = new ArrayList<>();
    List<Set<Integer>> relevant = new ArrayList<>();
    byId(queries)
        .forEach(
            (id, text) -> {
              if (answers.containsKey(id)) {
                texts.add(text);
                relevant.add(answers.get(id));
              }
            });
    return new SearchBenchmarkTask(name, texts, List.copyOf(documents.values()), relevant);
  }

  private static Map<String, String> byId(List<List<String>> rows) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (List<String> row : rows) {
      if (!row.get(1).isEmpty()) {
        texts.put(row.get(0), row.get(1));
      }
    }
    return texts;
  }

  @Override
  public String dataset() {
    return name;
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT, "%,d queries over %,d documents of %s", queries.size(), corpus.size(), name);
  }

  @Override
  public List<EvaluatedText> texts() {
    List<EvaluatedText> texts = new ArrayList<>();
    EvaluatedText.of(Role.QUERY, queries).forEach(texts::add);
    EvaluatedText.of(Role.DOCUMENT, corpus).forEach(texts::add);
    return texts;
  }

  @Override
  public List<Measure> measure(TextVectors vectors) {
    RankingScores scores =
        InformationRetrievalEvaluator.defaults()
            .evaluate(
                vectors.of(Role.QUERY, queries),
                vectors.of(Role.DOCUMENT, corpus),
                relevant,
                vectors.similarity());
    return measures(scores, vectors.similarity().functionName());
  }

  @Override
  public List<Measure> measure(SparseTexts vectors) {
    InformationRetrievalEvaluator evaluator = InformationRetrievalEvaluator.defaults();
    SparseIndex index =
        SparseIndex.of(
            LongStream.range(0, corpus.size()).toArray(),
            vectors.of(Role.DOCUMENT, corpus),
            vectors.similarity());
    int[][] rankings =
        vectors.of(Role.QUERY, queries).stream()
            .map(
                query -> {
                  TopK best = new TopK(evaluator.depth());
                  index.search(query, best);
                  return best.bestFirst().stream().mapToInt(hit -> (int) hit.id()).toArray();
                })
            .toArray(int[][]::new);
    List<Measure> measures =
        measures(evaluator.ofRankings(rankings, relevant), vectors.similarity().functionName());
    measures.addAll(
        new SparsityMeasures(name, name)
            .ofSearch(
                vectors.sparsity(Role.QUERY, queries),
                queries.size(),
                vectors.sparsity(Role.DOCUMENT, corpus),
                corpus.size()));
    return measures;
  }

  private List<Measure> measures(RankingScores scores, String similarity) {
    List<Measure> measures = new ArrayList<>();
    for (String measure : scores.names()) {
      Metric metric =
          new Metric(
              name + "_" + measure,
              name + " " + RetrievalTask.label(measure),
              measure.startsWith("ndcg"));
      String stored = similarity + "_" + measure;
      measures.add(
          scores.queries() == 0
              ? Measure.undefined(metric, stored, 0, "no query has a relevant document")
              : Measure.resampled(metric, stored, scores.statistic(measure)));
    }
    return measures;
  }
}
