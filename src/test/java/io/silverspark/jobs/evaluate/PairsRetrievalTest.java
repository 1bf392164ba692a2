package io.silverspark.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.report.ModelRole;
import io.silverspark.jobs.table.PairsTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code evaluate} searches the positives of the ingested pairs for the anchors of a split. */
@Tag("cluster")
@ExtendWith(SparkFixture.class)
class PairsRetrievalTest {
  private static final List<String> THINGS =
      List.of("cats", "boats", "bread", "trains", "violins", "rivers", "lawyers", "soup");

  @TempDir private Path directory;

  @Test
  void evaluate_pairs_equalQueriesAndCorpusOfTheSameTexts(SparkSession spark) {
    List<Row> pairs = new ArrayList<>();
    List<Row> queries = new ArrayList<>();
    List<Row> corpus = new ArrayList<>();
    List<Row> relevance = new ArrayList<>();
    for (int i = 0; i < THINGS.size(); i++) {
      String thing = THINGS.get(i);
      boolean asked = i % 2 == 0;
      String told = THINGS.get((i + 3) % THINGS.size());
      for (String answer : List.of("About " + told + ".", "More of " + told + " here.")) {
        String split = asked ? "validation" : "train";
        pairs.add(
            RowFactory.create(
                (long) pairs.size(),
                split,
                (long) pairs.size(),
                "Who has " + thing + "?",
                answer,
                null,
                "test"));
        corpus.add(RowFactory.create("d" + corpus.size(), answer));
        if (asked) {
          relevance.add(RowFactory.create("q" + i, "d" + (corpus.size() - 1)));
        }
      }
      if (asked) {
        queries.add(RowFactory.create("q" + i, "Who has " + thing + "?"));
      }
    }
    JobRun run = new JobRun(spark, directory.resolve("pairs"));
    run.write(PairsTable.DEFINITION, pairs, 1);
    StructType texts = StructType.fromDDL("id string, text string");
    StructType judged = StructType.fromDDL("query_id string, corpus_id string");
    spark.createDataFrame(queries, texts).write().format("delta").save(table("queries"));
    spark.createDataFrame(corpus, texts).write().format("delta").save(table("corpus"));
    spark.createDataFrame(relevance, judged).write().format("delta").save(table("relevance"));

    Map<String, Double> ofPairs = measures(spark, "run.dir=" + run.directory());
    Map<String, Double> ofTables =
        measures(
            spark,
            "run.dir=" + directory.resolve("tables"),
            "evaluate.retrieval.queries=" + table("queries"),
            "evaluate.retrieval.corpus=" + table("corpus"),
            "evaluate.retrieval.relevance=" + table("relevance"));
    assertThat(ofPairs.keySet()).isEqualTo(ofTables.keySet());
    ofTables.forEach((name, value) -> assertThat(ofPairs.get(name)).isCloseTo(value, within(1e-9)));
    assertThat(ofPairs.get("retrieval_ndcg@10")).isBetween(0.01, 0.99);
  }

  private String table(String name) {
    return directory.resolve(name).toString();
  }

  private static Map<String, Double> measures(SparkSession spark, String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.addAll(List.of("evaluate.resamples=10", "evaluate.tasks=retrieval"));
    Map<String, Double> values = new TreeMap<>();
    EvaluateJob.evaluate(
            SparkFixture.context(spark, "evaluate", all.toArray(String[]::new)),
            List.of(new EvaluatedModel("narrow", ModelRole.OTHER, NarrowModel.directory(), 0)))
        .models()
        .get(0)
        .metrics()
        .forEach((name, value) -> values.put(name, value.value()));
    return values;
  }
}
