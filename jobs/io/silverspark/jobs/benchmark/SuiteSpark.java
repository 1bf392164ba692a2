package io.silverspark.jobs.benchmark;

import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.Precision;
import io.silverspark.udfs.columns.PairScoring;
import io.silverspark.udfs.columns.TextEmbedding;
import io.silverspark.udfs.serving.EncodeSpec;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Rates of columns on Spark: planning, tasks and rows included, and in the first pass the loading
 * of the model by the executors.
 *
 * @param spark the session, by default of this process
 * @param work what is measured
 * @param precision of this measurement
 */
record SuiteSpark(SparkSession spark, SuiteWork work, Precision precision) {
  void encode(SuiteNumbers numbers) {
    String key = "spark.encode." + precision.title();
    List<String> texts = SuitePairs.texts(work.pairs().of(key, work.count() / 2));
    Dataset<Row> rows = spark.createDataset(texts, Encoders.STRING()).toDF("text");
    EncodeSpec spec = spec(work.model());
    Dataset<Row> embedded = TextEmbedding.embed(dealt(rows), "text", "vector", spec);
    measure(key, embedded, texts.size(), numbers);
  }

  /**
   * Scores pairs.
   *
   * @param crossEncoder directory of the model
   */
  void score(Path crossEncoder, SuiteNumbers numbers) {
    String key = "spark.score." + precision.title();
    List<ScoredPair> pairs = work.pairs().of(key, work.count() / 2);
    Dataset<Row> rows =
        spark.createDataFrame(
            pairs.stream().map(pair -> RowFactory.create(pair.first(), pair.second())).toList(),
            new StructType()
                .add("sentence1", DataTypes.StringType)
                .add("sentence2", DataTypes.StringType));
    EncodeSpec spec = spec(crossEncoder.toString()).withLayers(0); // cut when it was saved
    Dataset<Row> scored =
        PairScoring.scorePairs(dealt(rows), "sentence1", "sentence2", "score", spec);
    measure(key, scored, pairs.size(), numbers);
  }

  private EncodeSpec spec(String model) {
    EncoderOptions options = work.options();
    return EncodeSpec.of(model)
        .withLayers(options.layers().orElse(0))
        .withMaxSequenceLength(options.maxSequenceLength().orElse(0))
        .withDevice(options.device())
        .withBatchTokens(options.batchTokens())
        .withPrecision(precision);
  }

  private Dataset<Row> dealt(Dataset<Row> rows) {
    return rows.repartition(spark.sparkContext().defaultParallelism());
  }

  private void measure(String key, Dataset<Row> result, int rows, SuiteNumbers numbers) {
    long begin = System.nanoTime();
    write(result);
    numbers.put(key + ".firstPass", rows / ((System.nanoTime() - begin) / 1e9));
    double[] steady =
        work.repeats()
            .rates(
                () -> {
                  write(result);
                  return rows;
                });
    numbers.put(key + ".steady", Repeats.median(steady));
  }

  private static void write(Dataset<Row> result) {
    result.write().format("noop").mode("overwrite").save();
  }
}
