package io.silverspark.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.report.Evaluation;
import io.silverspark.jobs.report.ModelResult;
import io.silverspark.jobs.report.ModelRole;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.SentenceSettings;
import io.silverspark.model.prompt.Prompts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code evaluate} searches behind prompts as it searches texts that carry the prompts themselves.
 */
@Tag("cluster")
@ExtendWith(SparkFixture.class)
class RetrievalPromptsTest {
  private static final String QUERY = "which animal or ship? ";
  private static final String DOCUMENT = "answer of a sailor: ";
  private static final List<String> THINGS =
      List.of("cats", "boats", "bread", "trains", "violins", "rivers", "lawyers", "soup");

  @TempDir private Path folder;

  @Test
  void evaluate_retrievalBehindPrompts_equalsTextsThatCarryThem(SparkSession spark) {
    write(spark, "plain", "", "");
    write(spark, "carried", QUERY, DOCUMENT);
    EvaluatedModel bare = new EvaluatedModel("bare", ModelRole.OTHER, NarrowModel.directory(), 0);
    EvaluatedModel prompted =
        new EvaluatedModel("prompted", ModelRole.OTHER, savePrompted().toString(), 0);

    Map<String, Double> carried = measures(spark, "carried", bare).get(0);
    List<Map<String, Double>> plain = measures(spark, "plain", bare, prompted);
    assertThat(plain.get(1)).isEqualTo(carried);
    assertThat(plain.get(0)).as("without prompts").isNotEqualTo(carried);
  }

  private Path savePrompted() {
    Prompts prompts =
        new Prompts(
            Map.of("query", QUERY, "document", DOCUMENT, "title", "title: "), Optional.of("title"));
    Path directory = folder.resolve("model");
    ModelDirectory.write(
        NarrowModel.files(0.1).withSettings(SentenceSettings.DEFAULT.withPrompts(prompts)),
        directory,
        "# With prompts");
    return directory;
  }

  private List<Map<String, Double>> measures(
      SparkSession spark, String tables, EvaluatedModel... models) {
    Path of = folder.resolve(tables);
    JobContext context =
        SparkFixture.context(
            spark,
            "evaluate",
            "run.dir=" + folder.resolve("run"),
            "evaluate.resamples=10",
            "evaluate.tasks=retrieval",
            "evaluate.retrieval.queries=" + of.resolve("queries"),
            "evaluate.retrieval.corpus=" + of.resolve("corpus"),
            "evaluate.retrieval.relevance=" + of.resolve("relevance"));
    Evaluation evaluation = EvaluateJob.evaluate(context, List.of(models));
    return evaluation.models().stream().map(RetrievalPromptsTest::values).toList();
  }

  private static Map<String, Double> values(ModelResult model) {
    Map<String, Double> values = new TreeMap<>();
    model.metrics().forEach((name, value) -> values.put(name, value.value()));
    assertThat(values).containsKey("retrieval_ndcg@10");
    return values;
  }

  private void write(SparkSession spark, String name, String query, String document) {
    List<Row> queries = new ArrayList<>();
    List<Row> corpus = new ArrayList<>();
    List<Row> relevance = new ArrayList<>();
    for (int i = 0; i < THINGS.size(); i++) {
      queries.add(RowFactory.create("q" + i, query + "who knows of " + THINGS.get(i)));
      relevance.add(RowFactory.create("q" + i, "d" + (i + 3) % 24, 1));
    }
    for (int i = 0; i < 24; i++) {
      String text = THINGS.get(i % 8) + " are number " + i + " of the day" + ", so".repeat(i / 8);
      corpus.add(RowFactory.create("d" + i, document + text));
    }
    StructType texts = StructType.fromDDL("id string, text string");
    StructType pairs = StructType.fromDDL("query_id string, corpus_id string, score int");
    write(spark.createDataFrame(queries, texts), name, "queries");
    write(spark.createDataFrame(corpus, texts), name, "corpus");
    write(spark.createDataFrame(relevance, pairs), name, "relevance");
  }

  private void write(Dataset<Row> rows, String name, String table) {
    rows.write().format("delta").save(folder.resolve(name).resolve(table).toString());
  }
}
