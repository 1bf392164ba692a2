package io.silverspark.jobs.benchmark;

import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.Precision;
import io.silverspark.udfs.columns.TextEmbedding;
import io.silverspark.udfs.serving.EncodeSpec;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The rate of encoding a column of texts on Spark: planning, tasks and rows included. */
final class SuiteSpark {
  private SuiteSpark() {}

  /**
   * Encodes twice. In the first pass the executors load the model.
   *
   * @param spark the session, by default of this process
   * @param precision of this measurement
   */
  static void measure(
      SparkSession spark, SuiteWork work, Precision precision, SuiteNumbers numbers) {
    String key = "spark.encode." + precision.title();
    List<ScoredPair> pairs = work.pairs().of(key, work.count() / 2);
    List<String> texts = SuitePairs.texts(pairs);
    EncoderOptions options = work.options();
    EncodeSpec spec =
        EncodeSpec.of(work.model())
            .withLayers(options.layers().orElse(0))
            .withMaxSequenceLength(options.maxSequenceLength().orElse(0))
            .withDevice(options.device())
            .withPrecision(precision);
    Dataset<Row> rows =
        spark
            .createDataset(texts, Encoders.STRING())
            .toDF("text")
            .repartition(spark.sparkContext().defaultParallelism());
    numbers.put(key + ".firstPass", rate(rows, spec, texts.size()));
    double[] steady = work.repeats().rates(() -> written(rows, spec, texts.size()));
    numbers.put(key + ".steady", Repeats.median(steady));
  }

  private static double rate(Dataset<Row> rows, EncodeSpec spec, int texts) {
    long begin = System.nanoTime();
    long written = written(rows, spec, texts);
    return written / ((System.nanoTime() - begin) / 1e9);
  }

  private static long written(Dataset<Row> rows, EncodeSpec spec, int texts) {
    TextEmbedding.embed(rows, "text", "vector", spec)
        .write()
        .format("noop")
        .mode("overwrite")
        .save();
    return texts;
  }
}
