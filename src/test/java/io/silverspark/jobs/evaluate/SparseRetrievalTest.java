package io.silverspark.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.report.MetricValue;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Retrieval on the executors with a sparse encoder, against SparseInformationRetrievalEvaluator.
 */
@Tag("spark")
@ExtendWith(SparkFixture.class)
class SparseRetrievalTest {
  @TempDir private Path directory;

  @Test
  @Tag("cluster")
  void evaluate_retrieval_givesMetricsAndSparsityOfThePeerWholeAndCut(SparkSession spark) {
    ModelDirectory.write(SparseEvaluationTest.model(), directory.resolve("model"), "");
    write(spark, "queries", "id string, text string", SparseEvaluationTest.numbered("queries"));
    write(spark, "corpus", "id string, text string", SparseEvaluationTest.numbered("corpus"));
    List<List<String>> relevance = new ArrayList<>();
    SparseEvaluationTest.GOLDEN
        .get("relevance")
        .forEach(
            row ->
                relevance.add(
                    List.of(
                        SparseEvaluationTest.id(row.get(0).asInt()),
                        SparseEvaluationTest.id(row.get(1).asInt()))));
    write(spark, "relevance", "query_id string, corpus_id string", relevance);

    assertEqualsPeer(spark, 0, "retrieval");
    assertEqualsPeer(spark, 4, "retrieval of 4 active dims");
  }

  @Test
  void evaluate_maxActiveDimsWithoutASparseEncoder_isRefused(SparkSession spark) {
    JobContext context = SparkFixture.context(spark, "evaluate", "evaluate.maxActiveDims=4");
    ModelComparison comparison =
        new ModelComparison(
            new EvaluationData(List.of(), Map.of(), Optional.empty(), List.of(), Map.of()),
            ModelRuns.of(context),
            context.settings(),
            context.console());

    assertThatThrownBy(
            () -> comparison.measure(List.of(EvaluatedModel.of("a", NarrowModel.directory()))))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "evaluate.maxActiveDims is set, but nothing reads it: none of the models is a sparse"
                + " encoder. Remove it.");
  }

  private void assertEqualsPeer(SparkSession spark, int maxActiveDims, String golden) {
    JobContext context =
        SparkFixture.context(
            spark,
            "evaluate",
            "run.dir=" + directory.resolve("run"),
            "evaluate.tasks=retrieval",
            "evaluate.resamples=10",
            "evaluate.maxActiveDims=" + maxActiveDims,
            "evaluate.retrieval.queries=" + directory.resolve("queries"),
            "evaluate.retrieval.corpus=" + directory.resolve("corpus"),
            "evaluate.retrieval.relevance=" + directory.resolve("relevance"));
    Map<String, MetricValue> found =
        EvaluateJob.evaluate(
                context,
                List.of(EvaluatedModel.of("splade", directory.resolve("model").toString())))
            .models()
            .get(0)
            .metrics();
    JsonNode expected = SparseEvaluationTest.GOLDEN.get(golden);
    assertThat(found).hasSize(expected.size());
    expected
        .properties()
        .forEach(
            metric -> {
              String id = "retrieval_" + metric.getKey().replaceFirst("^dot_", "");
              assertThat(found.get(id).value())
                  .as(id)
                  .isCloseTo(metric.getValue().asDouble(), within(1e-6));
            });
  }

  private void write(SparkSession spark, String table, String schema, List<List<String>> rows) {
    List<Row> values = rows.stream().map(row -> RowFactory.create(row.toArray())).toList();
    spark
        .createDataFrame(values, StructType.fromDDL(schema))
        .write()
        .format("delta")
        .save(directory.resolve(table).toString());
  }
}
