package io.silverspark.jobs.evaluate;

import static org.apache.spark.sql.functions.col;

import io.silverspark.jobs.config.Benchmark;
import io.silverspark.jobs.config.EvaluateSettings;
import io.silverspark.jobs.config.EvaluationKind;
import io.silverspark.jobs.config.EvaluationTasks;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.PairsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.config.Settings;
import io.silverspark.model.data.NliLabel;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.data.Triplet;
import io.silverspark.model.error.UserException;
import io.silverspark.model.evaluation.FewShotSampler;
import io.silverspark.model.evaluation.IntentEvaluator;
import io.silverspark.model.evaluation.LogisticRegression;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;

/** Reads the labelled tables for the evaluation; what is absent is left out with a remark. */
final class EvaluationTables {

  private final JobContext context;
  private final Settings settings;
  private final EvaluationTasks asked;
  private final LabelledRows source;
  private final List<DataSetEvaluation> tasks = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private final Map<String, Long> inputs = new LinkedHashMap<>();

  private EvaluationTables(JobContext context) {
    this.context = context;
    this.settings = context.settings();
    this.asked = EvaluationTasks.of(settings.get(EvaluateSettings.TASKS));
    this.source = this::stored;
  }

  private EvaluationTables(JobContext context, LabelledRows source) {
    this.context = context;
    this.settings = context.settings();
    this.asked = EvaluationTasks.of(settings.get(EvaluateSettings.TASKS));
    this.source = source;
  }

  /** Where labelled rows come from. */
  @FunctionalInterface
  interface LabelledRows {
    /** Rows of a split in the order of the files; none if there is no table. */
    List<Row> of(TableDefinition definition, String split, String... columns);
  }

  /**
   * Collects the rows, in the order of their files.
   *
   * @throws UserException if there is nothing to evaluate on
   */
  static EvaluationData read(JobContext context) {
    return new EvaluationTables(context).read();
  }

  /** The same with rows from elsewhere; retrieval reads its tables all the same. */
  static EvaluationData read(JobContext context, LabelledRows source) {
    return new EvaluationTables(context, source).read();
  }

  private EvaluationData read() {
    String reported = settings.get(EvaluateSettings.STS_SPLIT);
    if (asked.kinds().contains(EvaluationKind.STS)) {
      addSimilarity(reported, true);
    }
    if (asked.kinds().contains(EvaluationKind.INTENTS)) {
      addIntents();
    }
    if (asked.kinds().contains(EvaluationKind.TRIPLETS)) {
      addTriplets();
    }
    if (asked.kinds().contains(EvaluationKind.PAIRS)) {
      addPairs(reported);
    }
    if (asked.kinds().contains(EvaluationKind.RERANKING)) {
      addReranking();
    }
    Optional<RetrievalTask> retrieval =
        asked.kinds().contains(EvaluationKind.RETRIEVAL) ? retrieval() : Optional.empty();
    if (asked.kinds().contains(EvaluationKind.STS)) {
      addSimilarity(reported.equals("test") ? "validation" : "test", false);
    }
    Map<String, String> groups = addBenchmarks();
    if (tasks.isEmpty() && retrieval.isEmpty()) {
      throw new UserException(
          "Nothing to evaluate on in %s. %s"
              .formatted(settings.get(RunSettings.TABLES_DIR), String.join(" ", remarks)));
    }
    return new EvaluationData(tasks, groups, retrieval, remarks, inputs);
  }

  private Map<String, String> addBenchmarks() {
    BenchmarkTasks benchmarks = new BenchmarkTasks(context);
    Map<String, String> groups = new LinkedHashMap<>();
    for (Benchmark benchmark : asked.benchmarks()) {
      benchmarks
          .read(benchmark)
          .forEach(
              (group, task) -> {
                tasks.add(task);
                groups.put(task.dataset(), group);
              });
    }
    return groups;
  }

  private void addSimilarity(String split, boolean reported) {
    List<Row> rows = rows(StsPairsTable.DEFINITION, split, "sentence1", "sentence2", "score");
    if (!rows.isEmpty()) {
      tasks.add(
          new SimilarityTask(
              split,
              reported,
              texts(rows, 0),
              texts(rows, 1),
              rows.stream().mapToDouble(row -> row.getDouble(2)).toArray()));
    } else if (reported) {
      remarks.add(
          "STS is left out: sts_pairs has no rows of split %s. Set data.sts.%s and run 'ingest'."
              .formatted(split, split));
    }
  }

  private void addIntents() {
    List<Row> train = rows(IntentsTable.DEFINITION, "train", "text", "intent");
    List<Row> test = rows(IntentsTable.DEFINITION, "test", "text", "intent");
    Set<String> labels = new HashSet<>(texts(train, 1));
    if (labels.size() < 2 || test.isEmpty()) {
      remarks.add("Intents are left out: " + lackingIntents(train, test));
      return;
    }
    List<String> unseen =
        texts(test, 1).stream().filter(intent -> !labels.contains(intent)).toList();
    if (!unseen.isEmpty()) {
      remarks.add(
          "Intents: %d of %d test rows have an intent that no training row has, such as '%s'; they count as wrong."
              .formatted(unseen.size(), test.size(), unseen.get(0)));
    }
    tasks.add(
        IntentTask.of(
            intentEvaluator(settings),
            texts(train, 0),
            texts(train, 1),
            texts(test, 0),
            texts(test, 1)));
  }

  private static String lackingIntents(List<Row> train, List<Row> test) {
    if (train.isEmpty() || test.isEmpty()) {
      String lacking = train.isEmpty() ? "training" : "test";
      return "the table intents has no %s rows. Set data.intents.%s and run 'ingest'."
          .formatted(lacking, train.isEmpty() ? "train" : "test");
    }
    return "all %d training rows have the intent '%s', and a classifier needs two intents."
        .formatted(train.size(), train.get(0).getString(1));
  }

  /** The protocol of intents. */
  static IntentEvaluator intentEvaluator(Settings settings) {
    int seed = (int) Math.floorMod(settings.get(EvaluateSettings.SEED), 1L << 31);
    return new IntentEvaluator(
        settings.get(EvaluateSettings.INTENT_EXPERIMENTS),
        new FewShotSampler(settings.get(EvaluateSettings.INTENT_SAMPLES), seed),
        LogisticRegression.defaults());
  }

  private void addTriplets() {
    List<Row> rows = rows(NliPairsTable.DEFINITION, "validation", "premise", "hypothesis", "label");
    List<Triplet> triplets = triplets(rows);
    int most = settings.get(EvaluateSettings.TRIPLETS);
    if (triplets.isEmpty()) {
      remarks.add(
          "Triplets are left out: nli_pairs has no premise of split validation with an entailment"
              + " and a contradiction. Set data.nli.validation and run 'ingest'.");
    } else {
      boolean cut = most > 0 && most < triplets.size();
      tasks.add(new TripletTask(cut ? triplets.subList(0, most) : triplets));
    }
  }

  private void addPairs(String split) {
    List<Row> nli = rows(NliPairsTable.DEFINITION, "validation", "premise", "hypothesis", "label");
    int most = settings.get(EvaluateSettings.PAIRS);
    List<Row> chosen = most > 0 && most < nli.size() ? nli.subList(0, most) : nli;
    int[] classes = chosen.stream().mapToInt(row -> row.getInt(2)).toArray();
    if (classes.length >= 2) {
      tasks.add(PairTask.ofClasses(pairs(chosen), classes));
    } else {
      remarks.add(
          classes.length == 1
              ? "Pairs of NLI are left out: a threshold needs at least two rows, and nli_pairs has"
                  + " one of split validation."
              : "Pairs of NLI are left out: nli_pairs has no rows of split validation. Set"
                  + " data.nli.validation and run 'ingest'.");
    }
    List<Row> sts = rows(StsPairsTable.DEFINITION, split, "sentence1", "sentence2", "score");
    if (sts.size() >= 2) {
      double[] scores = sts.stream().mapToDouble(row -> row.getDouble(2)).toArray();
      tasks.add(
          PairTask.ofScores(split, pairs(sts), scores, settings.get(EvaluateSettings.STS_MATCH)));
    } else {
      remarks.add(
          sts.size() == 1
              ? "Pairs of STS are left out: a threshold needs at least two rows, and sts_pairs has one of split %s."
                  .formatted(split)
              : "Pairs of STS are left out: sts_pairs has no rows of split %s. Set data.sts.%s and run 'ingest'."
                  .formatted(split, split));
    }
  }

  private static List<TextPair> pairs(List<Row> rows) {
    return rows.stream().map(row -> new TextPair(row.getString(0), row.getString(1))).toList();
  }

  private void addReranking() {
    String path = settings.get(EvaluateSettings.RERANKING_TABLE);
    List<RerankingTask.Sample> samples =
        path.isEmpty()
            ? RerankingSamples.ofNli(
                rows(NliPairsTable.DEFINITION, "validation", "premise", "hypothesis", "label"))
            : RerankingSamples.ofTable(context.spark(), path);
    if (samples.isEmpty()) {
      remarks.add(
          "Reranking is left out: no %s has a positive and a negative. Set data.nli.validation and run 'ingest', or set evaluate.reranking.table."
              .formatted(path.isEmpty() ? "premise of NLI validation" : "anchor of " + path));
      return;
    }
    int most = settings.get(EvaluateSettings.TRIPLETS);
    boolean cut = most > 0 && most < samples.size();
    tasks.add(
        new RerankingTask(
            path.isEmpty() ? "nli-validation-reranking" : "triplets-reranking",
            cut ? samples.subList(0, most) : samples));
  }

  private Optional<RetrievalTask> retrieval() {
    if (!settings.get(EvaluateSettings.RETRIEVAL_CORPUS).isEmpty()) {
      return Optional.of(RetrievalTask.ofTables(context));
    }
    StoredTable pairs = TableStore.of(context).table(PairsTable.DEFINITION);
    if (pairs.exists()) {
      String split = settings.get(EvaluateSettings.STS_SPLIT);
      long read = inputs.computeIfAbsent("pairs", name -> pairs.version());
      if (!pairs.read(read).where(col("split").equalTo(split)).isEmpty()) {
        return Optional.of(RetrievalTask.ofPairs(context, read, split));
      }
      remarks.add(
          "Retrieval over pairs is left out: the table pairs has no rows of split %s. Set data.pairs.%s, or data.pairs.holdOut, and run 'ingest'."
              .formatted(split, split));
    }
    StoredTable intents = TableStore.of(context).table(IntentsTable.DEFINITION);
    if (!intents.exists()
        || intents.read().where("split = 'train'").isEmpty()
        || intents.read().where("split = 'test'").isEmpty()) {
      remarks.add(
          "Retrieval is left out: the table intents has no training or no test rows. Set"
              + " data.intents.train and data.intents.test and run 'ingest', or set"
              + " evaluate.retrieval.corpus.");
      return Optional.empty();
    }
    long version = inputs.computeIfAbsent("intents", name -> intents.version());
    return Optional.of(RetrievalTask.ofIntents(context, version));
  }

  /** One a premise, in the order of its first row: its first entailment and contradiction. */
  private static List<Triplet> triplets(List<Row> rows) {
    Map<String, String> entailed = new LinkedHashMap<>();
    Map<String, String> contradicting = new LinkedHashMap<>();
    for (Row row : rows) {
      if (row.getInt(2) == NliLabel.ENTAILMENT.number()) {
        entailed.putIfAbsent(row.getString(0), row.getString(1));
      } else if (row.getInt(2) == NliLabel.CONTRADICTION.number()) {
        contradicting.putIfAbsent(row.getString(0), row.getString(1));
      }
    }
    return rows.stream()
        .map(row -> row.getString(0))
        .distinct()
        .filter(premise -> entailed.containsKey(premise) && contradicting.containsKey(premise))
        .map(premise -> new Triplet(premise, entailed.get(premise), contradicting.get(premise)))
        .toList();
  }

  private List<Row> rows(TableDefinition definition, String split, String... columns) {
    return source.of(definition, split, columns);
  }

  private List<Row> stored(TableDefinition definition, String split, String... columns) {
    StoredTable table = TableStore.of(context).table(definition);
    if (!table.exists()) {
      return List.of();
    }
    long version = inputs.computeIfAbsent(definition.name(), name -> table.version());
    Column[] selected = List.of(columns).stream().map(c -> col(c)).toArray(Column[]::new);
    return table
        .read(version)
        .where(col("split").equalTo(split))
        .orderBy(col("row"))
        .select(selected)
        .collectAsList();
  }

  private static List<String> texts(List<Row> rows, int column) {
    return rows.stream().map(row -> row.getString(column)).toList();
  }
}
