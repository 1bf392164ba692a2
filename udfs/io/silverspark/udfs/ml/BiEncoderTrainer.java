package io.silverspark.udfs.ml;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import io.silverspark.model.config.SettingType;
import io.silverspark.model.config.SettingsReader;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.ChosenLoss;
import io.silverspark.model.loss.DataShape;
import io.silverspark.model.loss.NamedLoss;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/**
 * Fine-tunes a sentence encoder on pairs of texts, as an estimator of a pipeline. The fitted stage
 * is a {@link SentenceEmbedder} with the new model.
 *
 * <pre>{@code
 * SentenceEmbedder embedder = new BiEncoderTrainer()
 *     .setOutputDir("/dbfs/models").setLoss("mnr").setFirstCol("question").setSecondCol("answer")
 *     .fit(pairs);
 * }</pre>
 *
 * <p>Training runs on the driver, over all rows at once, so it is for up to some hundred thousand
 * pairs; the job {@code train-bi} evaluates and resumes as well. The same rows in any order, with
 * the same params, give the same model.
 */
public final class BiEncoderTrainer extends Estimator<SentenceEmbedder>
    implements DefaultParamsWritable {
  private static final Set<DataShape> LABELLED =
      EnumSet.of(DataShape.SCORED_PAIRS, DataShape.BINARY_PAIRS, DataShape.CLASSIFIED_PAIRS);

  /** Losses of pairs and triplets that ask no other model. */
  private static final String[] LOSSES =
      Stream.concat(
              NamedLoss.names().stream().filter(name -> isOfPairs(NamedLoss.of(name))),
              ChosenLoss.wrapperNames().stream())
          .toArray(String[]::new);

  /** Reads {@link #lossParameters} as a configuration file would hold them. */
  private static final Setting<Map<String, String>> PARAMETERS =
      new Setting<>("lossParameters", SettingType.textMap(), Map.of(), "Parameters of the loss.");

  private static final SettingsReader PARAMETERS_READER =
      new SettingsReader(List.of(new SettingGroup("Loss", List.of(PARAMETERS))));

  private final String uid;
  private final Param<String> baseModel;
  private final Param<String> outputDir;
  private final Param<String> loss;
  private final Param<String> lossParameters;
  private final Param<String> firstCol;
  private final Param<String> secondCol;
  private final Param<String> labelCol;
  private final Param<String> negativeCol;
  private final Param<String> firstPrompt;
  private final Param<String> secondPrompt;
  private final Param<String> negativePrompt;
  private final IntParam layers;
  private final Param<String> precision;
  private final Param<String> device;
  private final IntParam maxSequenceLength;
  private final IntParam truncateDim;
  private final IntParam epochs;
  private final IntParam batchSize;
  private final DoubleParam learningRate;
  private final DoubleParam warmupRatio;
  private final DoubleParam weightDecay;
  private final LongParam seed;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final Param<String> outputType;

  /** A stage with a uid of its own. */
  public BiEncoderTrainer() {
    this(Identifiable$.MODULE$.randomUID("biEncoderTrainer"));
  }

  /** A stage with a given uid. */
  public BiEncoderTrainer(String uid) {
    this.uid = uid;
    this.baseModel =
        new Param<>(
            this,
            "baseModel",
            "model to start from: builtin:all-MiniLM-L6-v2, a directory or a cached Hub id",
            ParamChecks.notBlank("baseModel"));
    this.outputDir =
        new Param<>(
            this,
            "outputDir",
            "directory that driver and executors share; each fit makes a model directory in it",
            ParamChecks.notBlank("outputDir"));
    this.loss =
        new Param<>(
            this,
            "loss",
            "by its name in sentence-transformers, or cosine (needs labelCol) or mnr (multiple"
                + " negatives ranking): any loss of pairs or triplets that needs no other model, or"
                + " MatryoshkaLoss, AdaptiveLayerLoss or Matryoshka2dLoss around one",
            ParamChecks.oneOf("loss", LOSSES));
    this.lossParameters =
        new Param<>(
            this,
            "lossParameters",
            "parameters of the loss, such as { scale = 10 } or { loss = mnr, matryoshkaDims ="
                + " [384, 128] }; empty = the defaults",
            ParamChecks.notNull("lossParameters"));
    this.firstCol =
        new Param<>(
            this,
            "firstCol",
            "column of first texts, the anchors of mnr",
            ParamChecks.notBlank("firstCol"));
    this.secondCol =
        new Param<>(
            this,
            "secondCol",
            "column of second texts, the positives of mnr",
            ParamChecks.notBlank("secondCol"));
    this.labelCol =
        new Param<>(
            this,
            "labelCol",
            "column of similarities from -1 to 1, for cosine",
            ParamChecks.notBlank("labelCol"));
    this.negativeCol =
        new Param<>(
            this,
            "negativeCol",
            "column of hard negatives for mnr; empty = none",
            ParamChecks.notNull("negativeCol"));
    this.firstPrompt =
        new Param<>(
            this,
            "firstPrompt",
            "prompt in front of the first texts while training; empty = none",
            ParamChecks.notNull("firstPrompt"));
    this.secondPrompt =
        new Param<>(
            this,
            "secondPrompt",
            "prompt in front of the second texts while training; empty = none",
            ParamChecks.notNull("secondPrompt"));
    this.negativePrompt =
        new Param<>(
            this,
            "negativePrompt",
            "prompt in front of the negatives while training; empty = none",
            ParamChecks.notNull("negativePrompt"));
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
            "arithmetic of training: auto, fp32, bf16 or fp16",
            ParamChecks.oneOf("precision", "auto", "fp32", "bf16", "fp16"));
    this.device =
        new Param<>(this, "device", "cpu or cuda:N, on the driver", ParamChecks.notBlank("device"));
    this.maxSequenceLength =
        new IntParam(
            this,
            "maxSequenceLength",
            "tokens a text is cut to; 0 = the model's own limit",
            ParamChecks.atLeast("maxSequenceLength", 0));
    this.truncateDim =
        new IntParam(
            this,
            "truncateDim",
            "numbers of an embedding that the fitted model keeps, the first ones; the loss sees"
                + " all; 0 = the model's own",
            ParamChecks.atLeast("truncateDim", 0));
    this.epochs =
        new IntParam(this, "epochs", "passes over the rows", ParamChecks.atLeast("epochs", 1));
    this.batchSize =
        new IntParam(this, "batchSize", "pairs per step", ParamChecks.atLeast("batchSize", 1));
    this.learningRate =
        new DoubleParam(
            this, "learningRate", "peak learning rate", ParamChecks.above("learningRate", 0));
    this.warmupRatio =
        new DoubleParam(
            this,
            "warmupRatio",
            "share of the steps over which the rate rises, 0 to 1",
            ParamChecks.atLeast("warmupRatio", 0));
    this.weightDecay =
        new DoubleParam(
            this, "weightDecay", "decay of AdamW", ParamChecks.atLeast("weightDecay", 0));
    this.seed = new LongParam(this, "seed", "seed of batches and dropout");
    this.inputCol =
        new Param<>(
            this,
            "inputCol",
            "column of texts that the fitted stage embeds",
            ParamChecks.notBlank("inputCol"));
    this.outputCol =
        new Param<>(
            this,
            "outputCol",
            "column that the fitted stage adds",
            ParamChecks.notBlank("outputCol"));
    this.outputType =
        new Param<>(
            this,
            "outputType",
            "output of the fitted stage: vector or array",
            ParamChecks.oneOf("outputType", "vector", "array"));
    setDefault(baseModel, "builtin:all-MiniLM-L6-v2");
    setDefault(loss, "cosine");
    setDefault(lossParameters, "");
    setDefault(firstCol, "first_text");
    setDefault(secondCol, "second_text");
    setDefault(labelCol, "label");
    setDefault(negativeCol, "");
    setDefault(firstPrompt, "");
    setDefault(secondPrompt, "");
    setDefault(negativePrompt, "");
    setDefault(layers, 0);
    setDefault(precision, "auto");
    setDefault(device, "cpu");
    setDefault(maxSequenceLength, 0);
    setDefault(truncateDim, 0);
    setDefault(epochs, 1);
    setDefault(batchSize, 32);
    setDefault(learningRate, 2e-5);
    setDefault(warmupRatio, 0.1);
    setDefault(weightDecay, 0.0);
    setDefault(seed, 42L);
    setDefault(inputCol, "text");
    setDefault(outputCol, "embedding");
    setDefault(outputType, "vector");
  }

  @Override
  public String uid() {
    return uid;
  }

  /**
   * Trains on the rows and writes the model.
   *
   * @throws UserException if {@code outputDir} is not set, a parameter of the loss is not allowed,
   *     a column is missing, of another type or null, or a label is out of its range
   */
  @Override
  public SentenceEmbedder fit(Dataset<?> dataset) {
    requireColumns(dataset.schema());
    if (!isDefined(outputDir)) {
      throw new UserException(
          uid + ": set outputDir to a directory that the driver and every executor can read");
    }
    String directory = new PairTraining(this).run(dataset.toDF());
    return new SentenceEmbedder()
        .setModel(directory)
        .setMaxSequenceLength(getMaxSequenceLength())
        .setInputCol(getInputCol())
        .setOutputCol(getOutputCol())
        .setOutputType(getOutputType())
        .setParent(this);
  }

  /**
   * The schema that the fitted stage makes of these rows.
   *
   * @throws UserException if a column is missing or of another type, or a parameter of the loss is
   *     not allowed
   */
  @Override
  public StructType transformSchema(StructType schema) {
    requireColumns(schema);
    return new SentenceEmbedder(uid)
        .setInputCol(getInputCol())
        .setOutputCol(getOutputCol())
        .setOutputType(getOutputType())
        .transformSchema(schema);
  }

  private void requireColumns(StructType schema) {
    ParamChecks.requireText(this, schema, getFirstCol());
    ParamChecks.requireText(this, schema, getSecondCol());
    if (usesLabels()) {
      ParamChecks.requireNumber(this, schema, getLabelCol());
    } else if (usesNegatives()) {
      ParamChecks.requireText(this, schema, getNegativeCol());
    }
  }

  private static boolean isOfPairs(NamedLoss loss) {
    boolean pairs =
        loss.shapes().stream()
            .anyMatch(
                shape ->
                    LABELLED.contains(shape)
                        || shape == DataShape.POSITIVE_PAIRS
                        || shape == DataShape.TRIPLETS);
    return pairs && loss.teacher() == NamedLoss.Teacher.NONE;
  }

  /**
   * The loss with its parameters.
   *
   * @throws UserException if a parameter is not allowed, or the loss inside another is not of pairs
   */
  ChosenLoss chosenLoss() {
    try {
      String given = getLossParameters();
      ChosenLoss chosen =
          ChosenLoss.of(
              getLoss(),
              given.isBlank()
                  ? Map.of()
                  : PARAMETERS_READER
                      .read(Optional.empty(), List.of("lossParameters=" + given))
                      .get(PARAMETERS));
      if (!isOfPairs(chosen.loss())) {
        throw new UserException(
            "%s does not go with %s here: needs one of %s"
                .formatted(
                    getLoss(),
                    chosen.loss().title(),
                    NamedLoss.names().stream()
                        .filter(name -> isOfPairs(NamedLoss.of(name)))
                        .collect(Collectors.joining(", "))));
      }
      chosen.read();
      return chosen;
    } catch (UserException e) {
      throw new UserException(uid + ": " + e.getMessage(), e);
    }
  }

  NamedLoss namedLoss() {
    return chosenLoss().loss();
  }

  /** The rows that the loss takes of the columns. */
  DataShape shape() {
    return namedLoss().shapes().stream()
        .filter(shape -> usesNegatives() == (shape == DataShape.TRIPLETS))
        .findFirst()
        .orElseThrow();
  }

  boolean usesLabels() {
    return namedLoss().shapes().stream().anyMatch(LABELLED::contains);
  }

  boolean usesNegatives() {
    return namedLoss().shapes().contains(DataShape.TRIPLETS) && !getNegativeCol().isEmpty();
  }

  @Override
  public BiEncoderTrainer copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** For {@code Pipeline.load} and {@link #load}. */
  public static MLReader<BiEncoderTrainer> read() {
    return new DefaultParamsReader<>();
  }

  /** Loads what {@code save} wrote. */
  public static BiEncoderTrainer load(String path) {
    return read().load(path);
  }

  /** The model to start from; default builtin:all-MiniLM-L6-v2. */
  public Param<String> baseModel() {
    return baseModel;
  }

  /** Directory in which each fit makes a model directory; no default. */
  public Param<String> outputDir() {
    return outputDir;
  }

  /** What training minimises; default cosine. */
  public Param<String> loss() {
    return loss;
  }

  /** Parameters of the loss; default empty: its own defaults. */
  public Param<String> lossParameters() {
    return lossParameters;
  }

  /** Column of first texts; default first_text. */
  public Param<String> firstCol() {
    return firstCol;
  }

  /** Column of second texts; default second_text. */
  public Param<String> secondCol() {
    return secondCol;
  }

  /** Column of target similarities; default label. */
  public Param<String> labelCol() {
    return labelCol;
  }

  /** Column of hard negatives for mnr; default none. */
  public Param<String> negativeCol() {
    return negativeCol;
  }

  /** Prompt in front of the first texts while training; default empty: none. */
  public Param<String> firstPrompt() {
    return firstPrompt;
  }

  /** Prompt in front of the second texts while training; default empty: none. */
  public Param<String> secondPrompt() {
    return secondPrompt;
  }

  /** Prompt in front of the negatives while training; default empty: none. */
  public Param<String> negativePrompt() {
    return negativePrompt;
  }

  /** First layers to keep; default 0, all. */
  public IntParam layers() {
    return layers;
  }

  /** Arithmetic of training; default auto, which is decided on the driver. */
  public Param<String> precision() {
    return precision;
  }

  /** Where the driver trains; default cpu. */
  public Param<String> device() {
    return device;
  }

  /** Tokens a text is cut to; default 0, the model's own limit. */
  public IntParam maxSequenceLength() {
    return maxSequenceLength;
  }

  /** Numbers of an embedding that the fitted model keeps; default 0, the model's own. */
  public IntParam truncateDim() {
    return truncateDim;
  }

  /** Passes over the rows; default 1. */
  public IntParam epochs() {
    return epochs;
  }

  /** Pairs per step; default 32. */
  public IntParam batchSize() {
    return batchSize;
  }

  /** Peak learning rate; default 2e-5. */
  public DoubleParam learningRate() {
    return learningRate;
  }

  /** Share of the steps over which the rate rises; default 0.1. */
  public DoubleParam warmupRatio() {
    return warmupRatio;
  }

  /** Decay of AdamW; default 0. */
  public DoubleParam weightDecay() {
    return weightDecay;
  }

  /** Seed of batches and dropout; default 42. */
  public LongParam seed() {
    return seed;
  }

  /** Column that the fitted stage embeds; default text. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** Column that the fitted stage adds; default embedding. */
  public Param<String> outputCol() {
    return outputCol;
  }

  /** Type of the column that the fitted stage adds; default vector. */
  public Param<String> outputType() {
    return outputType;
  }

  /** The value of {@link #baseModel()}. */
  public String getBaseModel() {
    return getOrDefault(baseModel);
  }

  /** The value of {@link #outputDir()}. */
  public String getOutputDir() {
    return getOrDefault(outputDir);
  }

  /** The value of {@link #loss()}. */
  public String getLoss() {
    return getOrDefault(loss);
  }

  /** The value of {@link #lossParameters()}. */
  public String getLossParameters() {
    return getOrDefault(lossParameters);
  }

  /** The value of {@link #firstCol()}. */
  public String getFirstCol() {
    return getOrDefault(firstCol);
  }

  /** The value of {@link #secondCol()}. */
  public String getSecondCol() {
    return getOrDefault(secondCol);
  }

  /** The value of {@link #labelCol()}. */
  public String getLabelCol() {
    return getOrDefault(labelCol);
  }

  /** The value of {@link #negativeCol()}. */
  public String getNegativeCol() {
    return getOrDefault(negativeCol);
  }

  /** The value of {@link #firstPrompt()}. */
  public String getFirstPrompt() {
    return getOrDefault(firstPrompt);
  }

  /** The value of {@link #secondPrompt()}. */
  public String getSecondPrompt() {
    return getOrDefault(secondPrompt);
  }

  /** The value of {@link #negativePrompt()}. */
  public String getNegativePrompt() {
    return getOrDefault(negativePrompt);
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

  /** The value of {@link #truncateDim()}. */
  public int getTruncateDim() {
    return (int) getOrDefault(truncateDim);
  }

  /** The value of {@link #epochs()}. */
  public int getEpochs() {
    return (int) getOrDefault(epochs);
  }

  /** The value of {@link #batchSize()}. */
  public int getBatchSize() {
    return (int) getOrDefault(batchSize);
  }

  /** The value of {@link #learningRate()}. */
  public double getLearningRate() {
    return (double) getOrDefault(learningRate);
  }

  /** The value of {@link #warmupRatio()}. */
  public double getWarmupRatio() {
    return (double) getOrDefault(warmupRatio);
  }

  /** The value of {@link #weightDecay()}. */
  public double getWeightDecay() {
    return (double) getOrDefault(weightDecay);
  }

  /** The value of {@link #seed()}. */
  public long getSeed() {
    return (long) getOrDefault(seed);
  }

  /** The value of {@link #inputCol()}. */
  public String getInputCol() {
    return getOrDefault(inputCol);
  }

  /** The value of {@link #outputCol()}. */
  public String getOutputCol() {
    return getOrDefault(outputCol);
  }

  /** The value of {@link #outputType()}. */
  public String getOutputType() {
    return getOrDefault(outputType);
  }

  /** Sets {@link #baseModel()}. */
  public BiEncoderTrainer setBaseModel(String value) {
    set(baseModel, value);
    return this;
  }

  /** Sets {@link #outputDir()}. */
  public BiEncoderTrainer setOutputDir(String value) {
    set(outputDir, value);
    return this;
  }

  /** Sets {@link #loss()}. */
  public BiEncoderTrainer setLoss(String value) {
    set(loss, value);
    return this;
  }

  /** Sets {@link #lossParameters()}. */
  public BiEncoderTrainer setLossParameters(String value) {
    set(lossParameters, value);
    return this;
  }

  /** Sets {@link #firstCol()}. */
  public BiEncoderTrainer setFirstCol(String value) {
    set(firstCol, value);
    return this;
  }

  /** Sets {@link #secondCol()}. */
  public BiEncoderTrainer setSecondCol(String value) {
    set(secondCol, value);
    return this;
  }

  /** Sets {@link #labelCol()}. */
  public BiEncoderTrainer setLabelCol(String value) {
    set(labelCol, value);
    return this;
  }

  /** Sets {@link #negativeCol()}. */
  public BiEncoderTrainer setNegativeCol(String value) {
    set(negativeCol, value);
    return this;
  }

  /** Sets {@link #firstPrompt()}. */
  public BiEncoderTrainer setFirstPrompt(String value) {
    set(firstPrompt, value);
    return this;
  }

  /** Sets {@link #secondPrompt()}. */
  public BiEncoderTrainer setSecondPrompt(String value) {
    set(secondPrompt, value);
    return this;
  }

  /** Sets {@link #negativePrompt()}. */
  public BiEncoderTrainer setNegativePrompt(String value) {
    set(negativePrompt, value);
    return this;
  }

  /** Sets {@link #layers()}. */
  public BiEncoderTrainer setLayers(int value) {
    set(layers, value);
    return this;
  }

  /** Sets {@link #precision()}. */
  public BiEncoderTrainer setPrecision(String value) {
    set(precision, value);
    return this;
  }

  /** Sets {@link #device()}. */
  public BiEncoderTrainer setDevice(String value) {
    set(device, value);
    return this;
  }

  /** Sets {@link #maxSequenceLength()}. */
  public BiEncoderTrainer setMaxSequenceLength(int value) {
    set(maxSequenceLength, value);
    return this;
  }

  /** Sets {@link #truncateDim()}. */
  public BiEncoderTrainer setTruncateDim(int value) {
    set(truncateDim, value);
    return this;
  }

  /** Sets {@link #epochs()}. */
  public BiEncoderTrainer setEpochs(int value) {
    set(epochs, value);
    return this;
  }

  /** Sets {@link #batchSize()}. */
  public BiEncoderTrainer setBatchSize(int value) {
    set(batchSize, value);
    return this;
  }

  /** Sets {@link #learningRate()}. */
  public BiEncoderTrainer setLearningRate(double value) {
    set(learningRate, value);
    return this;
  }

  /** Sets {@link #warmupRatio()}. */
  public BiEncoderTrainer setWarmupRatio(double value) {
    set(warmupRatio, value);
    return this;
  }

  /** Sets {@link #weightDecay()}. */
  public BiEncoderTrainer setWeightDecay(double value) {
    set(weightDecay, value);
    return this;
  }

  /** Sets {@link #seed()}. */
  public BiEncoderTrainer setSeed(long value) {
    set(seed, value);
    return this;
  }

  /** Sets {@link #inputCol()}. */
  public BiEncoderTrainer setInputCol(String value) {
    set(inputCol, value);
    return this;
  }

  /** Sets {@link #outputCol()}. */
  public BiEncoderTrainer setOutputCol(String value) {
    set(outputCol, value);
    return this;
  }

  /** Sets {@link #outputType()}. */
  public BiEncoderTrainer setOutputType(String value) {
    set(outputType, value);
    return this;
  }
}
