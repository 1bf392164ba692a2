package io.silverspark.udfs.ml;

import io.silverspark.model.encoder.LongTexts;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.model.quantization.EmbeddingRanges;
import io.silverspark.model.quantization.Quantizer;
import io.silverspark.udfs.columns.QuantizedColumn;
import io.silverspark.udfs.columns.SparseEmbedding;
import io.silverspark.udfs.columns.TextEmbedding;
import io.silverspark.udfs.serving.EncodeSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.IntParam;
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
 * with {@code outputType = array} the {@code array<float>} that semantic search takes; with {@code
 * int8} or {@code uint8} a byte a component, which needs {@code minimum} and {@code maximum}; with
 * {@code binary} or {@code ubinary} a bit a component, eight in a number. A sparse encoder gives a
 * sparse vector of Spark ML, or with {@code outputType = sparse} the struct that sparse search
 * takes.
 */
public final class SentenceEmbedder extends EncodingStage<SentenceEmbedder> {
  private static final String SPARSE = "sparse";
  private static final DataType VECTOR = DataTypes.createArrayType(DataTypes.FloatType, false);

  private final Param<String> inputCol;
  private final Param<String> outputType;
  private final DoubleArrayParam minimum;
  private final DoubleArrayParam maximum;
  private final BooleanParam normalize;
  private final IntParam truncateDim;
  private final IntParam maxActiveDims;
  private final Param<String> longTexts;
  private final IntParam windowOverlap;
  private final Param<String> promptName;
  private final Param<String> prompt;

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
            "vector (of Spark ML), array (of float), int8 or binary (array of tinyint), uint8 or"
                + " ubinary (array of smallint), sparse (struct of indices and values, of a sparse"
                + " encoder)",
            ParamChecks.oneOf(
                "outputType", "vector", "array", "int8", "uint8", "binary", "ubinary", "sparse"));
    this.minimum =
        new DoubleArrayParam(
            this, "minimum", "with outputType int8 or uint8: smallest value of each component");
    this.maximum =
        new DoubleArrayParam(
            this, "maximum", "with outputType int8 or uint8: largest value of each component");
    this.normalize =
        new BooleanParam(
            this, "normalize", "scales embeddings to length 1, also where the model does not");
    this.truncateDim =
        new IntParam(
            this,
            "truncateDim",
            "numbers of an embedding that are kept, the first ones; 0 = the model's own",
            ParamChecks.atLeast("truncateDim", 0));
    this.maxActiveDims =
        new IntParam(
            this,
            "maxActiveDims",
            "of a sparse encoder: dimensions of a vector that are kept, the heaviest; 0 = all",
            ParamChecks.atLeast("maxActiveDims", 0));
    this.promptName =
        new Param<>(
            this,
            "promptName",
            "name of the model's prompt to put before each text, such as query or document;"
                + " empty = none; not set = the model's default prompt");
    this.prompt =
        new Param<>(
            this,
            "prompt",
            "prompt given as a text to put before each text, instead of one of the model's");
    this.longTexts =
        new Param<>(
            this,
            "longTexts",
            "texts with more tokens than the model takes: cut, mean (of the vectors of overlapping"
                + " windows) or late (mean of all token vectors of the windows)",
            ParamChecks.oneOf("longTexts", "cut", "mean", "late"));
    this.windowOverlap =
        new IntParam(
            this,
            "windowOverlap",
            "tokens that a window of a long text repeats of the one before",
            ParamChecks.atLeast("windowOverlap", 0));
    setDefault(longTexts, "cut");
    setDefault(windowOverlap, LongTexts.OVERLAP);
    setDefault(inputCol, "text");
    setDefault(outputType, "vector");
    setDefault(normalize, false);
    setDefault(truncateDim, 0);
    setDefault(maxActiveDims, 0);
  }

  @Override
  SentenceEmbedder self() {
    return this;
  }

  @Override
  EncodeSpec spec() {
    LongTexts.Pooling pooling = LongTexts.Pooling.valueOf(getLongTexts().toUpperCase(Locale.ROOT));
    return super.spec()
        .withTruncateDim(getTruncateDim())
        .withLongTexts(
            pooling == LongTexts.Pooling.CUT
                ? LongTexts.CUT
                : new LongTexts(pooling, getWindowOverlap()));
  }

  /**
   * Adds the output column. Lazy: the model runs when the result is used, and again each time it is
   * used.
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    String output = getOutputCol();
    EncodeSpec spec = spec().withPrompt(chosen());
    if (ModelReference.isSparse(spec.model())) {
      return SparseEmbedding.embed(dataset.toDF(), getInputCol(), output, spec, sparseForm());
    }
    requireNoSparseParams();
    Dataset<Row> embedded = TextEmbedding.embed(dataset.toDF(), getInputCol(), output, spec);
    Column result = functions.col("`" + output + "`");
    if (getNormalize()) {
      result = functions.udf(new UnitLength(), VECTOR).apply(result);
    }
    if (getOutputType().equals("vector")) {
      result =
          functions.when(result.isNotNull(), org.apache.spark.ml.functions.array_to_vector(result));
    }
    boolean asIs = !getNormalize() && !getOutputType().equals("vector");
    Dataset<Row> rows = asIs ? embedded : embedded.withColumn(output, result);
    return quantizer()
        .map(quantizer -> QuantizedColumn.quantize(rows, output, quantizer))
        .orElse(rows);
  }

  private SparseEmbedding.Form sparseForm() {
    refuse(!List.of("vector", SPARSE).contains(getOutputType()), "outputType", getOutputType());
    refuse(getTruncateDim() > 0, "truncateDim", getTruncateDim());
    refuse(!getLongTexts().equals("cut"), "longTexts", getLongTexts());
    return new SparseEmbedding.Form(
        getMaxActiveDims(),
        0,
        getNormalize(),
        getOutputType().equals(SPARSE)
            ? SparseEmbedding.Output.STRUCT
            : SparseEmbedding.Output.ML_VECTOR);
  }

  private void refuse(boolean isSet, String param, Object value) {
    if (isSet) {
      throw new UserException(
          "%s: %s = %s is for dense vectors, and '%s' is a sparse encoder"
              .formatted(uid(), param, value, getModel()));
    }
  }

  private void requireNoSparseParams() {
    if (getOutputType().equals(SPARSE) || getMaxActiveDims() > 0) {
      throw new UserException(
          "%s: %s needs a sparse encoder, and '%s' has dense vectors"
              .formatted(
                  uid(),
                  getMaxActiveDims() > 0
                      ? "maxActiveDims = " + getMaxActiveDims()
                      : "outputType = " + SPARSE,
                  getModel()));
    }
  }

  /** What an array of the output holds. */
  private EmbeddingPrecision outputPrecision() {
    return Arrays.stream(EmbeddingPrecision.values())
        .filter(precision -> precision.title().equals(getOutputType()))
        .findFirst()
        .orElse(EmbeddingPrecision.FLOAT32);
  }

  private Optional<Quantizer> quantizer() {
    EmbeddingPrecision precision = outputPrecision();
    if (precision.needsRanges()) {
      return Optional.of(Quantizer.bytes(precision, ranges()));
    }
    return precision.isBinary() ? Optional.of(Quantizer.binary(precision)) : Optional.empty();
  }

  private EmbeddingRanges ranges() {
    if (get(minimum).isEmpty() || get(maximum).isEmpty()) {
      throw new UserException(
          "%s: outputType %s needs minimum and maximum, the ranges of the components"
              .formatted(uid(), getOutputType()));
    }
    try {
      return new EmbeddingRanges(floats(getMinimum()), floats(getMaximum()));
    } catch (IllegalArgumentException e) {
      throw new UserException(
          "%s: minimum and maximum are no ranges: %s".formatted(uid(), e.getMessage()), e);
    }
  }

  private static float[] floats(double[] numbers) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }

  private Prompt chosen() {
    return Prompt.chosen(
        get(prompt).isDefined() ? Optional.of(getPrompt()) : Optional.empty(),
        get(promptName).isDefined() ? Optional.of(getPromptName()) : Optional.empty(),
        Prompt.DEFAULT,
        uid() + ": prompt and promptName");
  }

  /**
   * The schema with the output column.
   *
   * @throws io.silverspark.model.error.UserException if the input column is missing or of another
   *     type, the output column exists, prompt and promptName are both set, or ranges are needed
   *     and not set
   */
  @Override
  public StructType transformSchema(StructType schema) {
    ParamChecks.requireText(this, schema, getInputCol());
    ParamChecks.requireFree(this, schema, getOutputCol());
    chosen();
    var unused = quantizer();
    DataType type =
        switch (getOutputType()) {
          case "vector" -> SQLDataTypes.VectorType();
          case SPARSE -> SparseEmbedding.VECTOR;
          default -> QuantizedColumn.type(outputPrecision());
        };
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

  /** Smallest value of each component, for int8 and uint8; not set by default. */
  public DoubleArrayParam minimum() {
    return minimum;
  }

  /** Largest value of each component, for int8 and uint8; not set by default. */
  public DoubleArrayParam maximum() {
    return maximum;
  }

  /** Whether embeddings are scaled to length 1; default false: as the model says. */
  public BooleanParam normalize() {
    return normalize;
  }

  /** Numbers of an embedding that are kept; default 0, the model's own. */
  public IntParam truncateDim() {
    return truncateDim;
  }

  /** Dimensions of a sparse encoder's vectors that are kept; default 0, all. */
  public IntParam maxActiveDims() {
    return maxActiveDims;
  }

  /** What becomes of texts with more tokens than the model takes; default cut. */
  public Param<String> longTexts() {
    return longTexts;
  }

  /** Tokens that windows share; default 32. */
  public IntParam windowOverlap() {
    return windowOverlap;
  }

  /** The model's prompt by its name; not set by default: the model's default prompt. */
  public Param<String> promptName() {
    return promptName;
  }

  /** A prompt as a text; not set by default. */
  public Param<String> prompt() {
    return prompt;
  }

  /** The value of {@link #inputCol()}. */
  public String getInputCol() {
    return getOrDefault(inputCol);
  }

  /** The value of {@link #outputType()}. */
  public String getOutputType() {
    return getOrDefault(outputType);
  }

  /** The value of {@link #minimum()}. */
  public double[] getMinimum() {
    return (double[]) getOrDefault(minimum);
  }

  /** The value of {@link #maximum()}. */
  public double[] getMaximum() {
    return (double[]) getOrDefault(maximum);
  }

  /** The value of {@link #normalize()}. */
  public boolean getNormalize() {
    return (boolean) getOrDefault(normalize);
  }

  /** The value of {@link #truncateDim()}. */
  public int getTruncateDim() {
    return (int) getOrDefault(truncateDim);
  }

  /** The value of {@link #maxActiveDims()}. */
  public int getMaxActiveDims() {
    return (int) getOrDefault(maxActiveDims);
  }

  /** The value of {@link #longTexts()}. */
  public String getLongTexts() {
    return getOrDefault(longTexts);
  }

  /** The value of {@link #windowOverlap()}. */
  public int getWindowOverlap() {
    return (int) getOrDefault(windowOverlap);
  }

  /** The value of {@link #promptName()}. */
  public String getPromptName() {
    return getOrDefault(promptName);
  }

  /** The value of {@link #prompt()}. */
  public String getPrompt() {
    return getOrDefault(prompt);
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

  /** Sets {@link #minimum()}, as a file of ranges or {@link QuantizedColumn#ranges} has it. */
  public SentenceEmbedder setMinimum(double[] value) {
    set(minimum, value);
    return this;
  }

  /** Sets {@link #maximum()}. */
  public SentenceEmbedder setMaximum(double[] value) {
    set(maximum, value);
    return this;
  }

  /** Sets {@link #normalize()}. */
  public SentenceEmbedder setNormalize(boolean value) {
    set(normalize, value);
    return this;
  }

  /** Sets {@link #truncateDim()}. */
  public SentenceEmbedder setTruncateDim(int value) {
    set(truncateDim, value);
    return this;
  }

  /** Sets {@link #maxActiveDims()}. */
  public SentenceEmbedder setMaxActiveDims(int value) {
    set(maxActiveDims, value);
    return this;
  }

  /** Sets {@link #longTexts()}. */
  public SentenceEmbedder setLongTexts(String value) {
    set(longTexts, value);
    return this;
  }

  /** Sets {@link #windowOverlap()}. */
  public SentenceEmbedder setWindowOverlap(int value) {
    set(windowOverlap, value);
    return this;
  }

  /** Sets {@link #promptName()}; {@code query} and {@code document} are known to every model. */
  public SentenceEmbedder setPromptName(String value) {
    set(promptName, value);
    return this;
  }

  /** Sets {@link #prompt()}. */
  public SentenceEmbedder setPrompt(String value) {
    set(prompt, value);
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
