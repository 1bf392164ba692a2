package io.silverspark.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.report.Evaluation;
import io.silverspark.jobs.report.EvaluationFile;
import io.silverspark.jobs.report.Metric;
import io.silverspark.jobs.report.MetricValue;
import io.silverspark.jobs.report.ModelResult;
import io.silverspark.jobs.report.PairedDifference;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.evaluation.EmbeddingSimilarityEvaluator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command {@code compare} over small files in the Hub's layout. */
@Tag("spark")
@ExtendWith(SparkFixture.class)
class CompareJobTest {
  private static final List<String> SUBJECTS =
      List.of("The cat", "A lawyer", "My train", "This soup", "The river", "Our teacher");

  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

  @TempDir Path directory;

  @Test
  void compare_benchmarksOfEveryKind_tellsMeansDifferencesAndCosts(SparkSession spark)
      throws IOException {
    putAll(spark);
    String teacher = NarrowModel.directory();

    run(
        spark,
        "a=" + NarrowModel.directory(),
        "b=" + NarrowModel.directory(),
        "pairs=" + NarrowModel.crossEncoder(),
        "--tasks",
        "STS12,SICK-R,Banking77Classification,NanoMSMARCO,NanoSciFact,"
            + "paraphrase-mining:quora,translation:talks/en-xx,mse:distances",
        "--teacher",
        teacher);

    Evaluation evaluation = EvaluationFile.read(directory.resolve("comparison.json"));
    assertThat(evaluation.headlines())
        .extracting(Metric::id)
        .containsExactly(
            "STS12_spearman",
            "SICK-R_spearman",
            "Banking77Classification_accuracy",
            "NanoMSMARCO_ndcg@10",
            "NanoMSMARCO_R100_ndcg@10",
            "NanoSciFact_ndcg@10",
            "NanoSciFact_R100_ndcg@10",
            "quora_average_precision",
            "en-xx_mean_accuracy",
            "distances_negative_mse",
            "STS_mean_spearman",
            "NanoBEIR_mean_ndcg@10",
            "NanoBEIR_R100_mean_ndcg@10");
    ModelResult first = evaluation.models().get(0);
    assertThat(first.metrics().get("STS_mean_spearman").value())
        .isCloseTo(
            (value(first, "STS12_spearman") + value(first, "SICK-R_spearman")) / 2, within(1e-12));
    assertThat(value(first, "STS12_spearman")).isCloseTo(spearman(), within(1e-6));
    assertThat(first.metrics().get("quora_average_precision").low())
        .isLessThanOrEqualTo(value(first, "quora_average_precision"));
    assertThat(value(first, "NanoMSMARCO_recall@10")).isBetween(0.0, 1.0);
    assertThat(first.cost().dimension()).isEqualTo(NarrowModel.files(0).dimension());
    assertThat(evaluation.models().get(2).metrics())
        .containsKeys("STS12_spearman", "STS_mean_spearman", "NanoBEIR_R100_mean_base_map")
        .doesNotContainKeys("Banking77Classification_accuracy", "NanoMSMARCO_ndcg@10");
    MetricValue reranked = evaluation.models().get(2).metrics().get("NanoMSMARCO_R100_ndcg@10");
    assertThat(reranked.low()).isLessThan(reranked.value());
    assertThat(reranked.high()).isGreaterThan(reranked.value());
    assertThat(evaluation.differences())
        .anyMatch(d -> d.to().equals("pairs") && d.metric().equals("NanoBEIR_R100_mean_ndcg@10"));
    assertThat(evaluation.models().get(2).cost().dimension()).isZero();
    assertThat(evaluation.differences().stream().filter(d -> d.to().equals("b")).toList())
        .isNotEmpty()
        .allMatch(difference -> difference.from().equals("a"))
        .allMatch(difference -> difference.difference() == 0)
        .noneMatch(PairedDifference::significant);
    assertThat(lines.toString(StandardCharsets.UTF_8))
        .contains("Minus a", "Dimension", "Banking77 accuracy");
    assertThat(directory.resolve("page/comparison.html")).exists();
  }

  /** Without a cross-encoder to stand beside, sentence encoders only search. */
  @Test
  void compare_sentenceEncodersAlone_leaveBm25sListsOut(SparkSession spark) throws IOException {
    putAll(spark);

    run(spark, NarrowModel.directory(), "--tasks", "NanoMSMARCO");

    Evaluation evaluation = EvaluationFile.read(directory.resolve("comparison.json"));
    assertThat(evaluation.headlines())
        .extracting(Metric::id)
        .containsExactly("NanoMSMARCO_ndcg@10");
    assertThat(evaluation.note()).startsWith("5 queries over 20 documents of NanoMSMARCO; ");
  }

  @Test
  void compare_whatTheFilesLack_isNamed(SparkSession spark) throws IOException {
    write("empty/note.txt", List.of("x"));
    write("scores/test.jsonl", List.of("{\"sentence1\": \"a\", \"sentence2\": \"b\"}"));

    assertRefused(spark, "STS13", "evaluate.tasks: STS13 has no folder " + data("sts13-sts"));
    assertRefused(spark, "sts:empty", data("empty") + " has no file of split test, validation");
    assertRefused(spark, "sts:scores", "test.jsonl: no column score; found sentence1, sentence2.");
    assertRefused(spark, "sts17", "evaluate.tasks");
    assertRefused(spark, "mse:empty", "evaluate.teacher must name a model");
  }

  private void assertRefused(SparkSession spark, String tasks, String message) {
    assertThatThrownBy(() -> run(spark, NarrowModel.directory(), "--tasks", tasks))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message);
  }

  private String data(String folder) {
    return directory.resolve("data").resolve(folder).toString();
  }

  private static double value(ModelResult model, String metric) {
    return model.metrics().get(metric).value();
  }

  private static double spearman() {
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    double[] gold = new double[12];
    for (int i = 0; i < gold.length; i++) {
      first.add(first(i));
      second.add(second(i));
      gold[i] = score(i);
    }
    try (SentenceEncoder encoder =
        SentenceEncoder.load(NarrowModel.directory(), EncoderOptions.defaults().withWorkers(1))) {
      return EmbeddingSimilarityEvaluator.evaluate(
              encoder.encode(first), encoder.encode(second), gold)
          .cosine()
          .spearman();
    }
  }

  private static String first(int i) {
    return SUBJECTS.get(i % 6) + " is late.";
  }

  private static String second(int i) {
    return SUBJECTS.get((i + i / 6) % 6) + " was late this morning.";
  }

  private static double score(int i) {
    return i < 6 ? 4 + i / 10.0 : i / 10.0;
  }

  private void putAll(SparkSession spark) throws IOException {
    List<String> sts = new ArrayList<>();
    List<String> intents = new ArrayList<>();
    List<String> translations = new ArrayList<>();
    List<String> questions = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      sts.add(
          "{\"sentence1\": \"%s\", \"sentence2\": \"%s\", \"score\": %s}"
              .formatted(first(i), second(i), score(i)));
      intents.add("{\"text\": \"%s %d\", \"label\": %d}".formatted(first(i), i, i % 3));
      translations.add(
          "{\"english\": \"%s\", \"non_english\": \"%s\"}".formatted(first(i % 6), second(i % 6)));
      questions.add(
          "{\"qid\": \"%d\", \"question\": \"%s\"}".formatted(i, i < 6 ? first(i) : second(i - 6)));
    }
    write("sts12-sts/test.jsonl.gz", sts);
    write("mteb/sickr-sts/data/test-00000-of-00001.jsonl", sts);
    write("banking77/train.jsonl", intents);
    write("banking77/test.jsonl", intents.subList(0, 9));
    write("talks/en-xx/test.jsonl", translations);
    write("distances/dev.jsonl", translations);
    write("quora/questions/dev.jsonl", questions);
    write(
        "quora/duplicates/dev.jsonl",
        IntStream.range(0, 4)
            .mapToObj(i -> "{\"qid1\": %d, \"qid2\": %d}".formatted(i, i + 6))
            .toList());
    for (String name : List.of("NanoMSMARCO", "NanoSciFact")) {
      putParquet(
          spark,
          "corpus",
          name,
          "select cast(id as string) _id, concat('Text ', id) text from range(20)");
      putParquet(
          spark,
          "queries",
          name,
          "select cast(id as string) _id, concat('What of text ', id) text from range(5)");
      putParquet(
          spark,
          "qrels",
          name,
          "select cast(id as string) `query-id`, cast(id * 3 as string) `corpus-id` from range(5)");
      putParquet(
          spark,
          "bm25",
          name,
          "select cast(id as string) `query-id`,"
              + " transform(sequence(0, 9), i -> cast(i + id as string)) `corpus-ids` from range(5)");
    }
  }

  private void putParquet(SparkSession spark, String part, String name, String query)
      throws IOException {
    Path folder = directory.resolve("data/NanoBEIR-en").resolve(part);
    Path written = directory.resolve("written-" + part + name);
    spark.sql(query).coalesce(1).write().parquet(written.toString());
    Files.createDirectories(folder);
    try (var files = Files.list(written)) {
      Path file =
          files.filter(path -> path.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Files.move(file, folder.resolve(name + "-00000-of-00001.parquet"));
    }
  }

  private void write(String file, List<String> rows) throws IOException {
    Path path = directory.resolve("data").resolve(file);
    Files.createDirectories(path.getParent());
    try (OutputStream out = Files.newOutputStream(path);
        OutputStream text = file.endsWith(".gz") ? new GZIPOutputStream(out) : out) {
      text.write(String.join("\n", rows).getBytes(StandardCharsets.UTF_8));
    }
  }

  private void run(SparkSession spark, String... arguments) {
    CompareJob job = new CompareJob();
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--data");
    all.add(directory.resolve("data").toString());
    all.add("--output");
    all.add(directory.resolve("page").toString());
    new CommandLine(job).parseArgs(all.toArray(String[]::new));
    JobContext context =
        SparkFixture.context(
            spark, "compare", lines, "run.dir=" + directory, "evaluate.resamples=50");
    job.run(context);
  }
}
