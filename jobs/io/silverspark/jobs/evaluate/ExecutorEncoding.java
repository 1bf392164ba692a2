package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.encode.ExecutorModel;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.Progress;
import io.silverspark.udfs.TextEmbedding;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Encodes on the executors and brings the embeddings to the driver. */
record ExecutorEncoding(JobContext context) implements TextEncoding {
  private static final StructType TEXT = StructType.fromDDL("position int, text string");

  @Override
  public float[][] encode(EvaluatedModel model, List<String> texts, Progress progress) {
    SparkSession spark = context.spark();
    List<Row> rows = new ArrayList<>(texts.size());
    for (String text : texts) {
      rows.add(RowFactory.create(rows.size(), text));
    }
    Dataset<Row> table =
        spark.createDataFrame(rows, TEXT).repartition(spark.sparkContext().defaultParallelism());
    float[][] vectors = new float[texts.size()][];
    TextEmbedding.embed(
            table,
            "text",
            "embedding",
            ExecutorModel.of(context, model.reference(), model.layers()))
        .select("position", "embedding")
        .collectAsList()
        .forEach(row -> vectors[row.getInt(0)] = vector(row.getList(1)));
    progress.advance(texts.size());
    return vectors;
  }

  private static float[] vector(List<Float> values) {
    float[] vector = new float[values.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = values.get(i);
    }
    return vector;
  }
}
