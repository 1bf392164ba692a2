package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.config.Benchmark;
import io.silverspark.jobs.config.EvaluateSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.config.Settings;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.error.UserException;
import io.silverspark.model.evaluation.FewShotSampler;
import io.silverspark.model.evaluation.IntentEvaluator;
import io.silverspark.model.evaluation.LogisticRegression;
import io.silverspark.model.evaluation.RankedListEvaluator;
import io.silverspark.model.evaluation.RerankingEvaluator;
import io.silverspark.model.prompt.Prompt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Makes tasks of the files of benchmarks. */
final class BenchmarkTasks {
  private static final List<String> TEXT = List.of("text");
  private static final List<String> LABEL = List.of("label", "label_text");
  private static final String BM25 = "bm25";
  private static final List<String> ID = List.of("_id", "id", "qid");

  private final JobContext context;
  private final BenchmarkFiles files;

  BenchmarkTasks(JobContext context) {
    this.context = context;
    this.files = new BenchmarkFiles(context);
  }

  /**
   * Reads a benchmark.
   *
   * @return its tasks by the name of the group over which means are told
   * @throws UserException if its files are missing or not as the Hub has them
   */
  Map<String, DataSetEvaluation> read(Benchmark benchmark) {
    return switch (benchmark.type()) {
      case STS -> Map.of(benchmark.group(), sts(benchmark));
      case CLASSIFICATION -> Map.of(benchmark.group(), classification(benchmark));
      case RETRIEVAL -> retrieval(benchmark);
      case PARAPHRASE_MINING -> Map.of(benchmark.group(), paraphrases(benchmark));
      case TRANSLATION -> Map.of(benchmark.group(), translation(benchmark));
      case MSE -> Map.of(benchmark.group(), distance(benchmark));
    };
  }

  private DataSetEvaluation sts(Benchmark benchmark) {
    Path folder = files.folder(benchmark);
    List<List<String>> rows =
        files.rows(
            folder,
            files.split(folder),
            List.of(List.of("sentence1"), List.of("sentence2"), List.of("score")));
    return new StsBenchmarkTask(
        benchmark.name(),
        rows.stream().map(row -> new TextPair(row.get(0), row.get(1))).toList(),
        rows.stream().mapToDouble(row -> number(folder, row.get(2))).toArray());
  }

  private static double number(Path folder, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new UserException("%s: score '%s' is not a number".formatted(folder, text), e);
    }
  }

  private DataSetEvaluation classification(Benchmark benchmark) {
    Path folder = files.folder(benchmark);
    String split = files.split(folder);
    if (split.equals("train")) {
      throw new UserException(folder + " has no test split to classify");
    }
    List<List<String>> train = files.rows(folder, "train", List.of(TEXT, LABEL));
    List<List<String>> test = files.rows(folder, split, List.of(TEXT, LABEL));
    Set<String> labels = new HashSet<>(column(train, 1));
    if (labels.size() < 2 || test.isEmpty()) {
      throw new UserException(
          "%s: a classifier needs two labels and test rows, found %d labels and %d test rows"
              .formatted(folder, labels.size(), test.size()));
    }
    IntentEvaluator settings = EvaluationTables.intentEvaluator(context.settings());
    IntentEvaluator evaluator =
        benchmark.samples() == 0
            ? settings
            : new IntentEvaluator(
                IntentEvaluator.defaults().experiments(),
                new FewShotSampler(benchmark.samples(), settings.sampler().seed()),
                LogisticRegression.defaults());
    return IntentTask.ofBenchmark(
        benchmark.name(),
        evaluator,
        column(train, 0),
        column(train, 1),
        column(test, 0),
        column(test, 1));
  }

  /**
   * In folders of one data set, or in those of a repository that has several as splits. With a
   * folder bm25 its lists are reranked too.
   */
  private Map<String, DataSetEvaluation> retrieval(Benchmark benchmark) {
    List<List<String>> queries = searched(benchmark, "queries");
    List<List<String>> corpus = searched(benchmark, "corpus");
    List<List<String>> relevance = lists(benchmark, "qrels", List.of("corpus-id", "corpus_id"));
    Map<String, DataSetEvaluation> tasks = new LinkedHashMap<>();
    tasks.put(
        benchmark.group(), SearchBenchmarkTask.of(benchmark.name(), queries, corpus, relevance));
    if (benchmark.reranked() && Files.isDirectory(withParts(benchmark).resolve(BM25))) {
      RankedListEvaluator evaluator = rankedLists(context.settings());
      tasks.put(
          benchmark.group() + RankedListTask.suffix(evaluator),
          RankedListTask.of(
              benchmark.name(),
              evaluator,
              queries,
              corpus,
              relevance,
              lists(benchmark, BM25, List.of("corpus-ids", "corpus_ids"))));
    }
    return tasks;
  }

  /** How lists of documents are reranked. */
  static RankedListEvaluator rankedLists(Settings settings) {
    return new RankedListEvaluator(
        RerankingEvaluator.DEFAULT_AT_K,
        settings.get(EvaluateSettings.RERANK_K),
        settings.get(EvaluateSettings.ALWAYS_RERANK_POSITIVES));
  }

  private List<List<String>> searched(Benchmark benchmark, String part) {
    Place place = place(benchmark, part);
    return files.rows(place.folder, place.split, List.of(ID, TEXT));
  }

  private List<List<String>> lists(Benchmark benchmark, String part, List<String> documents) {
    Place place = place(benchmark, part);
    return files.lists(place.folder, place.split, List.of("query-id", "query_id"), documents);
  }

  private record Place(Path folder, String split) {}

  private Place place(Benchmark benchmark, String part) {
    Path own = withParts(benchmark);
    Path folder = own.resolve(part);
    if (!Files.isDirectory(folder)) {
      throw new UserException("%s has no folder %s".formatted(own, part));
    }
    boolean split = !files.files(folder, benchmark.name()).isEmpty();
    return new Place(folder, split ? benchmark.name() : files.split(folder));
  }

  private Path withParts(Benchmark benchmark) {
    Benchmark all =
        new Benchmark(benchmark.type(), benchmark.name(), "NanoBEIR-en", benchmark.samples(), true);
    return benchmark.group().equals("NanoBEIR") && files.has(all)
        ? files.folder(all)
        : files.folder(benchmark);
  }

  private DataSetEvaluation paraphrases(Benchmark benchmark) {
    Path folder = files.folder(benchmark);
    Path questions = folder.resolve("questions");
    Path duplicates = folder.resolve("duplicates");
    String split = files.split(questions);
    return MinedParaphrasesTask.of(
        benchmark.name(),
        files.rows(questions, split, List.of(ID, List.of("question", "text", "sentence"))),
        files.rows(duplicates, split, List.of(List.of("qid1", "id1"), List.of("qid2", "id2"))));
  }

  private DataSetEvaluation translation(Benchmark benchmark) {
    List<List<String>> rows = pairs(benchmark);
    return TranslationTask.ofMatching(benchmark.name(), column(rows, 0), column(rows, 1));
  }

  private DataSetEvaluation distance(Benchmark benchmark) {
    List<List<String>> rows = pairs(benchmark);
    return TranslationTask.ofTeacher(
        benchmark.name(), column(rows, 0), column(rows, 1), new Teacher(context));
  }

  /** Encodes with the model of the settings, once for the same texts. */
  private static final class Teacher implements Function<List<String>, float[][]> {
    private final JobContext context;
    private float[][] vectors;

    Teacher(JobContext context) {
      this.context = context;
    }

    @Override
    public float[][] apply(List<String> texts) {
      if (vectors == null) {
        String reference = context.get(EvaluateSettings.TEACHER);
        EvaluatedModel teacher = EvaluatedModel.of("teacher", reference);
        Prompt prompt = RolePrompts.of(context.settings(), teacher).of(EvaluatedText.Role.TEXT);
        try (var progress = context.console().progress("encode, teacher", texts.size())) {
          vectors = ModelRuns.of(context).encode(teacher, texts, prompt, progress).result();
        }
      }
      return vectors;
    }
  }

  private List<List<String>> pairs(Benchmark benchmark) {
    Path folder = files.folder(benchmark);
    List<List<String>> rows =
        files.rows(
            folder,
            files.split(folder),
            List.of(
                List.of("english", "source", "sentence1"),
                List.of("non_english", "target", "sentence2")));
    if (rows.isEmpty()) {
      throw new UserException(folder + " has no rows");
    }
    return rows;
  }

  private static List<String> column(List<List<String>> rows, int column) {
    return new ArrayList<>(rows.stream().map(row -> row.get(column)).toList());
  }

  /** What tells files from others with the same names, for the record of the stage. */
  List<String> identity(Benchmark benchmark) {
    Path folder =
        benchmark.type() == Benchmark.Type.RETRIEVAL
            ? withParts(benchmark)
            : files.folder(benchmark);
    return files.identity(folder);
  }
}
