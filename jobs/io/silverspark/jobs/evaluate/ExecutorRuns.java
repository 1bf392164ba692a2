package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.models.ExecutorModel;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.Progress;
import io.silverspark.jobs.run.RowCounter;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.PairPrediction;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.sparse.SparseVector;
import io.silverspark.udfs.columns.Columns;
import io.silverspark.udfs.columns.PairScoring;
import io.silverspark.udfs.columns.SparseEmbedding;
import io.silverspark.udfs.columns.TextEmbedding;
import io.silverspark.udfs.serving.EncodeSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Runs models on the executors, one slice of the rows per task, and brings embeddings or scores to
 * the driver. A first job over a row per task loads the models, so that it does not count as speed.
 */
record ExecutorRuns(JobContext context) implements ModelRuns {
  private static final StructType TEXT = StructType.fromDDL("position int, text string");
  private static final StructType PAIR =
      StructType.fromDDL("position int, first string, second string");

  @Override
  public Timed<float[][]> encode(
      EvaluatedModel model, List<String> texts, Prompt prompt, Progress progress) {
    Timed<List<Row>> encoded =
        encoded(
            model,
            texts,
            prompt,
            (table, spec) -> TextEmbedding.embed(table, "text", "embedding", spec),
            progress);
    float[][] vectors = new float[texts.size()][];
    encoded.result().forEach(row -> vectors[row.getInt(0)] = Columns.floats(row, 1));
    return new Timed<>(vectors, encoded.seconds());
  }

  @Override
  public Timed<List<SparseVector>> encodeSparse(
      EvaluatedModel model,
      List<String> texts,
      Prompt prompt,
      int maxActiveDims,
      Progress progress) {
    Timed<List<Row>> encoded =
        encoded(
            model,
            texts,
            prompt,
            (table, spec) ->
                SparseEmbedding.embed(
                    table, "text", "embedding", spec, new SparseEmbedding.Form(maxActiveDims, 0)),
            progress);
    SparseVector[] vectors = new SparseVector[texts.size()];
    encoded.result().forEach(row -> vectors[row.getInt(0)] = SparseEmbedding.vector(row, 1));
    return new Timed<>(List.of(vectors), encoded.seconds());
  }

  /** Position and embedding of each text. */
  private Timed<List<Row>> encoded(
      EvaluatedModel model,
      List<String> texts,
      Prompt prompt,
      BiFunction<Dataset<Row>, EncodeSpec, Dataset<Row>> embedding,
      Progress progress) {
    List<Row> rows = new ArrayList<>(texts.size());
    for (String text : texts) {
      rows.add(RowFactory.create(rows.size(), text));
    }
    EncodeSpec spec =
        ExecutorModel.of(context, model.reference(), model.layers()).withPrompt(prompt);
    return run(rows, TEXT, table -> embedding.apply(table, spec).drop("text"), progress);
  }

  @Override
  public Timed<List<PairPrediction>> score(
      EvaluatedModel model, String matchClass, List<TextPair> pairs, Progress progress) {
    List<Row> rows = new ArrayList<>(pairs.size());
    for (TextPair pair : pairs) {
      rows.add(RowFactory.create(rows.size(), pair.first(), pair.second()));
    }
    EncodeSpec spec =
        ExecutorModel.of(context, model.reference(), model.layers()).withMatchClass(matchClass);
    Timed<List<Row>> scored =
        run(
            rows,
            PAIR,
            table ->
                PairScoring.classifyPairs(table, "first", "second", "score", "class", spec)
                    .drop("first", "second"),
            progress);
    PairPrediction[] predictions = new PairPrediction[pairs.size()];
    scored
        .result()
        .forEach(
            row -> predictions[row.getInt(0)] = new PairPrediction(row.getFloat(1), row.getInt(2)));
    return new Timed<>(Arrays.asList(predictions), scored.seconds());
  }

  private Timed<List<Row>> run(
      List<Row> rows, StructType schema, UnaryOperator<Dataset<Row>> model, Progress progress) {
    SparkSession spark = context.spark();
    int tasks = spark.sparkContext().defaultParallelism();
    model
        .apply(
            spark
                .createDataFrame(rows.subList(0, Math.min(tasks, rows.size())), schema)
                .repartition(tasks))
        .collectAsList();
    try (RowCounter counter = new RowCounter(spark, progress)) {
      long started = System.nanoTime();
      List<Row> result =
          counter
              .counted(model.apply(spark.createDataFrame(rows, schema).repartition(tasks)))
              .collectAsList();
      return new Timed<>(result, (System.nanoTime() - started) / 1e9);
    }
  }
}
