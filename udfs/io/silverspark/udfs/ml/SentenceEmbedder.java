package io.silverspark.udfs.ml;

import io.silverspark.udfs.TextEmbedding;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;

/**
 * Embeds a column of texts, as a stage of a pipeline; also what {@link BiEncoderTrainer} fits.
 *
 * <pre>{@code
 * SentenceEmbedder embedder = new SentenceEmbedder()
 *     .setModel("builtin:all-MiniLM-L6-v2").setInputCol("text").setOutputCol("features");
 * Pipeline pipeline = new Pipeline()
 *     .setStages(new PipelineStage[] {embedder, new LogisticRegression()});
 * }</pre>
 *
 * <p>Input is a string column. Output is a Spark ML vector (doubles), which classifiers take, or
 * with {@code outputType = array} the {@code array<float>} that semantic search takes.
 */
public final class SentenceEmbedder extends EncodingStage<SentenceEmbedder> {
  private static final DataType VECTOR = DataTypes.createArrayType(DataTypes.FloatType, false);

  private final Param<String> inputCol;
  private final Param<String> outputType;
  private final BooleanParam normalize;

  /** A stage with a uid of its own. */
  public SentenceEmbedder() {
    this(Identifiable$.MODULE$.randomUID("sentenceEmbedder"));
  }

  /** A stage with a given uid. */
  public SentenceEmbedder(String uid) {
    super(uid, "embedding");
    this.inputCol =
        new Param<>(this, "inputCol", "column of texts", ParamChecks.notBlank("inputCol"));
    this.outputType =
        new Param<>(
            this,
            "outputType",
            "vector (of Spark ML) or array (of float)",
            ParamChecks.oneOf("outputType", "vector", "array"));
    this.normalize =
        new BooleanParam(
            this, "normalize", "scales embeddings to length 1, also where the model does not");
    setDefault(inputCol, "text");
    setDefault(outputType, "vector");
    setDefault(normalize, false);
  }

  @Override
  SentenceEmbedder self() {
    return this;
  }

  /**
   * Adds the output column. Lazy: the model runs when the result is used, and again each time it is
   * used.
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    String output = getOutputCol();
    Dataset<Row> embedded = TextEmbedding.embed(dataset.toDF(), getInputCol(), output, spec());
    Column result = functions.col("`" + output + "`");
    if (getNormalize()) {
      result = functions.udf(new UnitLength(), VECTOR).apply(result);
    }
    if (getOutputType().equals("vector")) {
      result =
          functions.when(result.isNotNull(), org.apache.spark.ml.functions.array_to_vector(result));
    }
    boolean asIs = !getNormalize() && getOutputType().equals("array");
    return asIs ? embedded : embedded.withColumn(output, result);
  }

  /**
   * The schema with the output column.
   *
   * @throws io.silverspark.model.error.UserException if the input column is missing or of another
   *     type, or the output column exists
   */
  @Override
  public StructType transformSchema(StructType schema) {
    ParamChecks.requireText(this, schema, getInputCol());
    ParamChecks.requireFree(this, schema, getOutputCol());
    DataType type = getOutputType().equals("vector") ? SQLDataTypes.VectorType() : VECTOR;
    return schema.add(getOutputCol(), type, true);
  }

  /** For {@code Pipeline.load} and {@link #load}. */
  public static MLReader<SentenceEmbedder> read() {
    return new StageReader<>();
  }

  /** Loads what {@code save} wrote. */
  public static SentenceEmbedder load(String path) {
    return read().load(path);
  }

  /** Column of texts; default text. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** Type of the output; default vector. */
  public Param<String> outputType() {
    return outputType;
  }

  /** Whether embeddings are scaled to length 1; default false: as the model says. */
  public BooleanParam normalize() {
    return normalize;
  }

  /** The value of {@link #inputCol()}. */
  public String getInputCol() {
    return getOrDefault(inputCol);
  }

  /** The value of {@link #outputType()}. */
  public String getOutputType() {
    return getOrDefault(outputType);
  }

  /** The value of {@link #normalize()}. */
  public boolean getNormalize() {
    return (boolean) getOrDefault(normalize);
  }

  /** Sets {@link #inputCol()}. */
  public SentenceEmbedder setInputCol(String value) {
    set(inputCol, value);
    return this;
  }

  /** Sets {@link #outputType()}. */
  public SentenceEmbedder setOutputType(String value) {
    set(outputType, value);
    return this;
  }

  /** Sets {@link #normalize()}. */
  public SentenceEmbedder setNormalize(boolean value) {
    set(normalize, value);
    return this;
  }

  private static final class UnitLength implements UDF1<Seq<Float>, float[]> {
    @Override
    public float[] call(Seq<Float> vector) {
      if (vector == null) {
        return null;
      }
      float[] scaled = new float[vector.length()];
      double squares = 0;
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] = vector.apply(i);
        squares += (double) scaled[i] * scaled[i];
      }
      double length = Math.max(Math.sqrt(squares), 1e-12); // as torch.nn.functional.normalize
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] = (float) (scaled[i] / length);
      }
      return scaled;
    }
  }
}
