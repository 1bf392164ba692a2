package io.silverspark.udfs.ml;

import io.silverspark.model.encoder.Precision;
import io.silverspark.model.error.UserException;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.NullText;
import java.util.Locale;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;

/**
 * A stage that runs a model over rows: the params that say which model, and how it is fed. A stage
 * whose model is a directory takes a copy of it along when it is saved, so that a saved pipeline
 * needs nothing else.
 *
 * @param <S> the stage itself
 */
public abstract class EncodingStage<S extends EncodingStage<S>> extends Model<S>
    implements MLWritable {
  private static final String ERROR = "error";
  private static final String KEEP = "keep";

  private final String uid;
  private final Param<String> model;
  private final IntParam layers;
  private final Param<String> precision;
  private final Param<String> device;
  private final IntParam maxSequenceLength;
  private final IntParam batchSize;
  private final Param<String> handleInvalid;
  private final Param<String> outputCol;

  EncodingStage(String uid, String defaultOutput) {
    this.uid = uid;
    this.model =
        new Param<>(
            this,
            "model",
            "builtin:all-MiniLM-L6-v2, a model directory, or a cached Hub id",
            ParamChecks.notBlank("model"));
    this.layers =
        new IntParam(
            this,
            "layers",
            "first layers of the model to keep; 0 = all",
            ParamChecks.atLeast("layers", 0));
    this.precision =
        new Param<>(
            this,
            "precision",
            "arithmetic: auto, fp32, bf16, fp16 or int8",
            ParamChecks.oneOf("precision", "auto", "fp32", "bf16", "fp16", "int8"));
    this.device =
        new Param<>(
            this,
            "device",
            "cpu, cuda or cuda:N; never chosen silently",
            ParamChecks.notBlank("device"));
    this.maxSequenceLength =
        new IntParam(
            this,
            "maxSequenceLength",
            "tokens a text is cut to; 0 = the model's own limit",
            ParamChecks.atLeast("maxSequenceLength", 0));
    this.batchSize =
        new IntParam(
            this,
            "batchSize",
            "rows that a task gathers before the model runs, to make batches of similar length"
                + " (0: 1,024 on a CPU, 16,384 on a GPU)",
            ParamChecks.atLeast("batchSize", 0));
    this.handleInvalid =
        new Param<>(
            this,
            "handleInvalid",
            "what a null text does: error (the job fails), keep (the output is null)",
            ParamChecks.oneOf("handleInvalid", ERROR, KEEP));
    this.outputCol =
        new Param<>(this, "outputCol", "name of the new column", ParamChecks.notBlank("outputCol"));
    EncodeSpec defaults = EncodeSpec.of("unused");
    setDefault(layers, defaults.layers());
    setDefault(precision, "auto");
    setDefault(device, defaults.device());
    setDefault(maxSequenceLength, defaults.maxSequenceLength());
    setDefault(batchSize, defaults.bufferRows());
    setDefault(handleInvalid, ERROR);
    setDefault(outputCol, defaultOutput);
  }

  /** The stage, for setters that chain. */
  abstract S self();

  @Override
  public String uid() {
    return uid;
  }

  /**
   * What the executors load.
   *
   * @throws UserException if no model is set
   */
  EncodeSpec spec() {
    if (!isDefined(model)) {
      throw new UserException(uid + ": set a model, such as builtin:all-MiniLM-L6-v2");
    }
    boolean keep = getHandleInvalid().equals(KEEP);
    return EncodeSpec.of(getModel())
        .withLayers(getLayers())
        .withPrecision(Precision.valueOf(getPrecision().toUpperCase(Locale.ROOT)))
        .withDevice(getDevice())
        .withMaxSequenceLength(getMaxSequenceLength())
        .withBufferRows(getBatchSize())
        .withNullText(keep ? NullText.KEEP : NullText.FAIL);
  }

  @Override
  public S copy(ParamMap extra) {
    S copied = defaultCopy(extra);
    copied.setParent(parent());
    return copied;
  }

  @Override
  public MLWriter write() {
    return new StageWriter(this);
  }

  /** The model; no default. */
  public Param<String> model() {
    return model;
  }

  /** First layers to keep; default 0, all. */
  public IntParam layers() {
    return layers;
  }

  /** Arithmetic; default fp32. */
  public Param<String> precision() {
    return precision;
  }

  /** Where the model runs; default cpu. */
  public Param<String> device() {
    return device;
  }

  /** Tokens a text is cut to; default 0, the model's own limit. */
  public IntParam maxSequenceLength() {
    return maxSequenceLength;
  }

  /** Rows gathered before the model runs; default 1,024. */
  public IntParam batchSize() {
    return batchSize;
  }

  /** What a null text does; default error. */
  public Param<String> handleInvalid() {
    return handleInvalid;
  }

  /** The new column. */
  public Param<String> outputCol() {
    return outputCol;
  }

  /** The value of {@link #model()}. */
  public String getModel() {
    return getOrDefault(model);
  }

  /** The value of {@link #layers()}. */
  public int getLayers() {
    return (int) getOrDefault(layers);
  }

  /** The value of {@link #precision()}. */
  public String getPrecision() {
    return getOrDefault(precision);
  }

  /** The value of {@link #device()}. */
  public String getDevice() {
    return getOrDefault(device);
  }

  /** The value of {@link #maxSequenceLength()}. */
  public int getMaxSequenceLength() {
    return (int) getOrDefault(maxSequenceLength);
  }

  /** The value of {@link #batchSize()}. */
  public int getBatchSize() {
    return (int) getOrDefault(batchSize);
  }

  /** The value of {@link #handleInvalid()}. */
  public String getHandleInvalid() {
    return getOrDefault(handleInvalid);
  }

  /** The value of {@link #outputCol()}. */
  public String getOutputCol() {
    return getOrDefault(outputCol);
  }

  /** Sets {@link #model()}. */
  public S setModel(String value) {
    set(model, value);
    return self();
  }

  /** Sets {@link #layers()}. */
  public S setLayers(int value) {
    set(layers, value);
    return self();
  }

  /** Sets {@link #precision()}. */
  public S setPrecision(String value) {
    set(precision, value);
    return self();
  }

  /** Sets {@link #device()}. */
  public S setDevice(String value) {
    set(device, value);
    return self();
  }

  /** Sets {@link #maxSequenceLength()}. */
  public S setMaxSequenceLength(int value) {
    set(maxSequenceLength, value);
    return self();
  }

  /** Sets {@link #batchSize()}. */
  public S setBatchSize(int value) {
    set(batchSize, value);
    return self();
  }

  /** Sets {@link #handleInvalid()}. */
  public S setHandleInvalid(String value) {
    set(handleInvalid, value);
    return self();
  }

  /** Sets {@link #outputCol()}. */
  public S setOutputCol(String value) {
    set(outputCol, value);
    return self();
  }
}
