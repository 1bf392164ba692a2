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
import org.apache.spark.ml.param.BooleanParam;
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
 * <p>Training runs on the driver. More rows than {@code rowsInMemory} are not collected: the
 * executors tokenise them into shards, of which the driver reads one at a time, and which are
 * deleted when the fit ends. The job {@code train-bi} evaluates and resumes as well. The same rows
 * in any order, with the same params, give the same model.
 */
public final class BiEncoderTrainer extends Estimator<SentenceEmbedder>
    implements DefaultParamsWritable {
  private static final Set<DataShape> LABELLED =
      EnumSet.of(DataShape.SCORED_PAIRS, DataShape.BINARY_PAIRS, DataShape.CLASSIFIED_PAIRS);

  /** Losses of pairs and triplets that ask no other model. */
  private static final String[] LOSSES =
      Stream.concat(
              NamedLoss.names().stream().filter(name -> isOfPairs(NamedLoss.of(name))),
              ChosenLoss.wrapperNames().stream().filter(name -> !name.equals("SpladeLoss")))
          .toArray(String[]::new);

  /** Reads {@code lossParameters} as a configuration file would hold them. */
  private static final Setting<Map<String, String>> PARAMETERS =
      new Setting<>("lossParameters", SettingType.textMap(), Map.of(), "Parameters of the loss.");

  private static final SettingsReader PARAMETERS_READER =
      new SettingsReader(List.of(new SettingGroup("Loss", List.of(PARAMETERS))));

  private final String uid;
  private final ParamTable params;
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
  private final Param<String> schedule;
  private final DoubleParam warmupRatio;
  private final IntParam warmupSteps;
  private final DoubleParam weightDecay;
  private final IntParam gradientAccumulation;
  private final DoubleParam maxGradNorm;
  private final IntParam freezeLayers;
  private final DoubleParam layerDecay;
  private final DoubleParam headLearningRate;
  private final BooleanParam gradientCheckpointing;
  private final IntParam loraRank;
  private final DoubleParam loraAlpha;
  private final DoubleParam loraDropout;
  private final Param<String> loraModules;
  private final Param<String> loraBasePrecision;
  private final IntParam rowsInMemory;
  private final IntParam shardRows;
  private final Param<String> shardsDir;
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
    this.params = new ParamTable(this);
    this.baseModel =
        params.text(
            "baseModel",
            "builtin:all-MiniLM-L6-v2",
            "model to start from: builtin:all-MiniLM-L6-v2, a directory or a cached Hub id",
            ParamChecks.notBlank("baseModel"));
    this.outputDir =
        params.text(
            "outputDir",
            "directory that driver and executors share; each fit makes a model directory in it",
            ParamChecks.notBlank("outputDir"));
    this.loss =
        params.text(
            "loss",
            "cosine",
            "by its name in sentence-transformers, or cosine (needs labelCol) or mnr (multiple negatives ranking): any loss of pairs or triplets that needs no other model, or MatryoshkaLoss, AdaptiveLayerLoss or Matryoshka2dLoss around one",
            ParamChecks.oneOf("loss", LOSSES));
    this.lossParameters =
        params.text(
            "lossParameters",
            "",
            "parameters of the loss, such as { scale = 10 } or { loss = mnr, matryoshkaDims = [384, 128] }; empty = the defaults",
            ParamChecks.notNull("lossParameters"));
    this.firstCol =
        params.text(
            "firstCol",
            "first_text",
            "column of first texts, the anchors of mnr",
            ParamChecks.notBlank("firstCol"));
    this.secondCol =
        params.text(
            "secondCol",
            "second_text",
            "column of second texts, the positives of mnr",
            ParamChecks.notBlank("secondCol"));
    this.labelCol =
        params.text(
            "labelCol",
            "label",
            "column of similarities from -1 to 1, for cosine",
            ParamChecks.notBlank("labelCol"));
    this.negativeCol =
        params.text(
            "negativeCol",
            "",
            "column of hard negatives for mnr; empty = none",
            ParamChecks.notNull("negativeCol"));
    this.firstPrompt =
        params.text(
            "firstPrompt",
            "",
            "prompt in front of the first texts while training; empty = none",
            ParamChecks.notNull("firstPrompt"));
    this.secondPrompt =
        params.text(
            "secondPrompt",
            "",
            "prompt in front of the second texts while training; empty = none",
            ParamChecks.notNull("secondPrompt"));
    this.negativePrompt =
        params.text(
            "negativePrompt",
            "",
            "prompt in front of the negatives while training; empty = none",
            ParamChecks.notNull("negativePrompt"));
    this.layers =
        params.wholeNumber(
            "layers",
            0,
            "first layers of the model to keep; 0 = all",
            ParamChecks.atLeast("layers", 0));
    this.precision =
        params.text(
            "precision",
            "auto",
            "arithmetic of training: auto, fp32, bf16 or fp16",
            ParamChecks.oneOf("precision", "auto", "fp32", "bf16", "fp16"));
    this.device =
        params.text(
            "device", "cpu", "cpu or cuda:N, on the driver", ParamChecks.notBlank("device"));
    this.maxSequenceLength =
        params.wholeNumber(
            "maxSequenceLength",
            0,
            "tokens a text is cut to; 0 = the model's own limit",
            ParamChecks.atLeast("maxSequenceLength", 0));
    this.truncateDim =
        params.wholeNumber(
            "truncateDim",
            0,
            "numbers of an embedding that the fitted model keeps, the first ones; the loss sees all; 0 = the model's own",
            ParamChecks.atLeast("truncateDim", 0));
    this.epochs =
        params.wholeNumber("epochs", 1, "passes over the rows", ParamChecks.atLeast("epochs", 1));
    this.batchSize =
        params.wholeNumber("batchSize", 32, "pairs per step", ParamChecks.atLeast("batchSize", 1));
    this.learningRate =
        params.number(
            "learningRate", 2e-5, "peak learning rate", ParamChecks.above("learningRate", 0));
    this.schedule =
        params.text(
            "schedule",
            "linear",
            "learning rate after the warmup: linear, cosine or constant",
            ParamChecks.oneOf("schedule", "linear", "cosine", "constant"));
    this.warmupRatio =
        params.number(
            "warmupRatio",
            0.1,
            "share of the steps over which the rate rises, 0 to 1",
            ParamChecks.between("warmupRatio", 0, 1));
    this.warmupSteps =
        params.wholeNumber(
            "warmupSteps",
            0,
            "steps over which the rate rises; 0 = warmupRatio counts",
            ParamChecks.atLeast("warmupSteps", 0));
    this.weightDecay =
        params.number("weightDecay", 0.0, "decay of AdamW", ParamChecks.atLeast("weightDecay", 0));
    this.gradientAccumulation =
        params.wholeNumber(
            "gradientAccumulation",
            1,
            "batches whose gradients are averaged before one update",
            ParamChecks.atLeast("gradientAccumulation", 1));
    this.maxGradNorm =
        params.number(
            "maxGradNorm",
            1.0,
            "gradients are scaled down to this norm",
            ParamChecks.above("maxGradNorm", 0));
    this.freezeLayers =
        params.wholeNumber(
            "freezeLayers",
            0,
            "the embeddings and so many of the first layers keep their weights; 0 = all are trained",
            ParamChecks.atLeast("freezeLayers", 0));
    this.layerDecay =
        params.number(
            "layerDecay",
            1.0,
            "learning rate of a layer as a share of that of the layer above, above 0 and at most 1",
            ParamChecks.share("layerDecay"));
    this.headLearningRate =
        params.number(
            "headLearningRate",
            0.0,
            "peak learning rate of Dense modules and of the parameters of the loss; 0 = learningRate",
            ParamChecks.atLeast("headLearningRate", 0));
    this.gradientCheckpointing =
        params.flag(
            "gradientCheckpointing",
            false,
            "keeps the inputs of the layers only and runs each layer again in the backward pass: less memory, more time");
    this.loraRank =
        params.wholeNumber(
            "loraRank",
            0,
            "trains a LoRA adapter of this rank in place of the weights; 0 = trains the weights",
            ParamChecks.atLeast("loraRank", 0));
    this.loraAlpha =
        params.number(
            "loraAlpha",
            8.0,
            "the adapter is scaled by loraAlpha / loraRank",
            ParamChecks.above("loraAlpha", 0));
    this.loraDropout =
        params.number(
            "loraDropout",
            0.0,
            "dropout of the adapter's inputs, at least 0 and below 1",
            ParamChecks.belowOne("loraDropout"));
    this.loraModules =
        params.text(
            "loraModules",
            "",
            "linear layers with an adapter, by the end of their name, with commas between; all-linear: all; empty: queries and values",
            ParamChecks.notNull("loraModules"));
    this.loraBasePrecision =
        params.text(
            "loraBasePrecision",
            "fp32",
            "how the weights below the adapter are kept in memory: fp32, bf16 or int8",
            ParamChecks.oneOf("loraBasePrecision", "fp32", "bf16", "int8"));
    this.rowsInMemory =
        params.wholeNumber(
            "rowsInMemory",
            100_000,
            "most rows that the driver holds; more are tokenised by the executors into shards",
            ParamChecks.atLeast("rowsInMemory", 0));
    this.shardRows =
        params.wholeNumber(
            "shardRows",
            200_000,
            "rows of a shard, from which batches are drawn; fewer where texts are long",
            ParamChecks.atLeast("shardRows", 1));
    this.shardsDir =
        params.text(
            "shardsDir",
            "",
            "directory of the shards while a fit lasts, on any file system of driver and executors; empty = training-examples in outputDir",
            ParamChecks.notNull("shardsDir"));
    this.seed = params.longNumber("seed", 42L, "seed of batches and dropout");
    this.inputCol =
        params.text(
            "inputCol",
            "text",
            "column of texts that the fitted stage embeds",
            ParamChecks.notBlank("inputCol"));
    this.outputCol =
        params.text(
            "outputCol",
            "embedding",
            "column that the fitted stage adds",
            ParamChecks.notBlank("outputCol"));
    this.outputType =
        params.text(
            "outputType",
            "vector",
            "output of the fitted stage: vector or array",
            ParamChecks.oneOf("outputType", "vector", "array"));
  }

  @Override
  public String uid() {
    return uid;
  }

  /** All params, by name; {@code getParam("epochs")} gives one, as a grid of params needs it. */
  @Override
  public Param<?>[] params() {
    return params.all();
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
    if (!usesLabels() && !usesNegatives() && shapes().equals(Set.of(DataShape.TRIPLETS))) {
      throw new UserException(
          "%s: %s learns from triplets: set negativeCol".formatted(uid, namedLoss().title()));
    }
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
    return shapes().stream()
        .filter(shape -> usesNegatives() == (shape == DataShape.TRIPLETS))
        .findFirst()
        .orElseThrow();
  }

  private Set<DataShape> shapes() {
    return namedLoss().shapes();
  }

  boolean usesLabels() {
    return shapes().stream().anyMatch(LABELLED::contains);
  }

  boolean usesNegatives() {
    return shapes().contains(DataShape.TRIPLETS) && !getNegativeCol().isEmpty();
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

  /** The value of {@code baseModel}. */
  public String getBaseModel() {
    return getOrDefault(baseModel);
  }

  /** The value of {@code outputDir}. */
  public String getOutputDir() {
    return getOrDefault(outputDir);
  }

  /** The value of {@code loss}. */
  public String getLoss() {
    return getOrDefault(loss);
  }

  /** The value of {@code lossParameters}. */
  public String getLossParameters() {
    return getOrDefault(lossParameters);
  }

  /** The value of {@code firstCol}. */
  public String getFirstCol() {
    return getOrDefault(firstCol);
  }

  /** The value of {@code secondCol}. */
  public String getSecondCol() {
    return getOrDefault(secondCol);
  }

  /** The value of {@code labelCol}. */
  public String getLabelCol() {
    return getOrDefault(labelCol);
  }

  /** The value of {@code negativeCol}. */
  public String getNegativeCol() {
    return getOrDefault(negativeCol);
  }

  /** The value of {@code firstPrompt}. */
  public String getFirstPrompt() {
    return getOrDefault(firstPrompt);
  }

  /** The value of {@code secondPrompt}. */
  public String getSecondPrompt() {
    return getOrDefault(secondPrompt);
  }

  /** The value of {@code negativePrompt}. */
  public String getNegativePrompt() {
    return getOrDefault(negativePrompt);
  }

  /** The value of {@code layers}. */
  public int getLayers() {
    return (int) getOrDefault(layers);
  }

  /** The value of {@code precision}. */
  public String getPrecision() {
    return getOrDefault(precision);
  }

  /** The value of {@code device}. */
  public String getDevice() {
    return getOrDefault(device);
  }

  /** The value of {@code maxSequenceLength}. */
  public int getMaxSequenceLength() {
    return (int) getOrDefault(maxSequenceLength);
  }

  /** The value of {@code truncateDim}. */
  public int getTruncateDim() {
    return (int) getOrDefault(truncateDim);
  }

  /** The value of {@code epochs}. */
  public int getEpochs() {
    return (int) getOrDefault(epochs);
  }

  /** The value of {@code batchSize}. */
  public int getBatchSize() {
    return (int) getOrDefault(batchSize);
  }

  /** The value of {@code learningRate}. */
  public double getLearningRate() {
    return (double) getOrDefault(learningRate);
  }

  /** The value of {@code warmupRatio}. */
  public double getWarmupRatio() {
    return (double) getOrDefault(warmupRatio);
  }

  /** The value of {@code weightDecay}. */
  public double getWeightDecay() {
    return (double) getOrDefault(weightDecay);
  }

  /** The value of {@code schedule}. */
  public String getSchedule() {
    return getOrDefault(schedule);
  }

  /** The value of {@code warmupSteps}. */
  public int getWarmupSteps() {
    return (int) getOrDefault(warmupSteps);
  }

  /** The value of {@code gradientAccumulation}. */
  public int getGradientAccumulation() {
    return (int) getOrDefault(gradientAccumulation);
  }

  /** The value of {@code maxGradNorm}. */
  public double getMaxGradNorm() {
    return (double) getOrDefault(maxGradNorm);
  }

  /** The value of {@code freezeLayers}. */
  public int getFreezeLayers() {
    return (int) getOrDefault(freezeLayers);
  }

  /** The value of {@code layerDecay}. */
  public double getLayerDecay() {
    return (double) getOrDefault(layerDecay);
  }

  /** The value of {@code headLearningRate}. */
  public double getHeadLearningRate() {
    return (double) getOrDefault(headLearningRate);
  }

  /** The value of {@code gradientCheckpointing}. */
  public boolean getGradientCheckpointing() {
    return (boolean) getOrDefault(gradientCheckpointing);
  }

  /** The value of {@code loraRank}. */
  public int getLoraRank() {
    return (int) getOrDefault(loraRank);
  }

  /** The value of {@code loraAlpha}. */
  public double getLoraAlpha() {
    return (double) getOrDefault(loraAlpha);
  }

  /** The value of {@code loraDropout}. */
  public double getLoraDropout() {
    return (double) getOrDefault(loraDropout);
  }

  /** The value of {@code loraBasePrecision}. */
  public String getLoraBasePrecision() {
    return getOrDefault(loraBasePrecision);
  }

  /** The value of {@code loraModules}. */
  public String getLoraModules() {
    return getOrDefault(loraModules);
  }

  /** The value of {@code rowsInMemory}. */
  public int getRowsInMemory() {
    return (int) getOrDefault(rowsInMemory);
  }

  /** The value of {@code shardRows}. */
  public int getShardRows() {
    return (int) getOrDefault(shardRows);
  }

  /** The value of {@code shardsDir}. */
  public String getShardsDir() {
    return getOrDefault(shardsDir);
  }

  /** The value of {@code seed}. */
  public long getSeed() {
    return (long) getOrDefault(seed);
  }

  /** The value of {@code inputCol}. */
  public String getInputCol() {
    return getOrDefault(inputCol);
  }

  /** The value of {@code outputCol}. */
  public String getOutputCol() {
    return getOrDefault(outputCol);
  }

  /** The value of {@code outputType}. */
  public String getOutputType() {
    return getOrDefault(outputType);
  }

  /** Sets {@code baseModel}. */
  public BiEncoderTrainer setBaseModel(String value) {
    set(baseModel, value);
    return this;
  }

  /** Sets {@code outputDir}. */
  public BiEncoderTrainer setOutputDir(String value) {
    set(outputDir, value);
    return this;
  }

  /** Sets {@code loss}. */
  public BiEncoderTrainer setLoss(String value) {
    set(loss, value);
    return this;
  }

  /** Sets {@code lossParameters}. */
  public BiEncoderTrainer setLossParameters(String value) {
    set(lossParameters, value);
    return this;
  }

  /** Sets {@code firstCol}. */
  public BiEncoderTrainer setFirstCol(String value) {
    set(firstCol, value);
    return this;
  }

  /** Sets {@code secondCol}. */
  public BiEncoderTrainer setSecondCol(String value) {
    set(secondCol, value);
    return this;
  }

  /** Sets {@code labelCol}. */
  public BiEncoderTrainer setLabelCol(String value) {
    set(labelCol, value);
    return this;
  }

  /** Sets {@code negativeCol}. */
  public BiEncoderTrainer setNegativeCol(String value) {
    set(negativeCol, value);
    return this;
  }

  /** Sets {@code firstPrompt}. */
  public BiEncoderTrainer setFirstPrompt(String value) {
    set(firstPrompt, value);
    return this;
  }

  /** Sets {@code secondPrompt}. */
  public BiEncoderTrainer setSecondPrompt(String value) {
    set(secondPrompt, value);
    return this;
  }

  /** Sets {@code negativePrompt}. */
  public BiEncoderTrainer setNegativePrompt(String value) {
    set(negativePrompt, value);
    return this;
  }

  /** Sets {@code layers}. */
  public BiEncoderTrainer setLayers(int value) {
    set(layers, value);
    return this;
  }

  /** Sets {@code precision}. */
  public BiEncoderTrainer setPrecision(String value) {
    set(precision, value);
    return this;
  }

  /** Sets {@code device}. */
  public BiEncoderTrainer setDevice(String value) {
    set(device, value);
    return this;
  }

  /** Sets {@code maxSequenceLength}. */
  public BiEncoderTrainer setMaxSequenceLength(int value) {
    set(maxSequenceLength, value);
    return this;
  }

  /** Sets {@code truncateDim}. */
  public BiEncoderTrainer setTruncateDim(int value) {
    set(truncateDim, value);
    return this;
  }

  /** Sets {@code epochs}. */
  public BiEncoderTrainer setEpochs(int value) {
    set(epochs, value);
    return this;
  }

  /** Sets {@code batchSize}. */
  public BiEncoderTrainer setBatchSize(int value) {
    set(batchSize, value);
    return this;
  }

  /** Sets {@code learningRate}. */
  public BiEncoderTrainer setLearningRate(double value) {
    set(learningRate, value);
    return this;
  }

  /** Sets {@code warmupRatio}. */
  public BiEncoderTrainer setWarmupRatio(double value) {
    set(warmupRatio, value);
    return this;
  }

  /** Sets {@code weightDecay}. */
  public BiEncoderTrainer setWeightDecay(double value) {
    set(weightDecay, value);
    return this;
  }

  /** Sets {@code schedule}. */
  public BiEncoderTrainer setSchedule(String value) {
    set(schedule, value);
    return this;
  }

  /** Sets {@code warmupSteps}. */
  public BiEncoderTrainer setWarmupSteps(int value) {
    set(warmupSteps, value);
    return this;
  }

  /** Sets {@code gradientAccumulation}. */
  public BiEncoderTrainer setGradientAccumulation(int value) {
    set(gradientAccumulation, value);
    return this;
  }

  /** Sets {@code maxGradNorm}. */
  public BiEncoderTrainer setMaxGradNorm(double value) {
    set(maxGradNorm, value);
    return this;
  }

  /** Sets {@code freezeLayers}. */
  public BiEncoderTrainer setFreezeLayers(int value) {
    set(freezeLayers, value);
    return this;
  }

  /** Sets {@code layerDecay}. */
  public BiEncoderTrainer setLayerDecay(double value) {
    set(layerDecay, value);
    return this;
  }

  /** Sets {@code headLearningRate}. */
  public BiEncoderTrainer setHeadLearningRate(double value) {
    set(headLearningRate, value);
    return this;
  }

  /** Sets {@code gradientCheckpointing}. */
  public BiEncoderTrainer setGradientCheckpointing(boolean value) {
    set(gradientCheckpointing, value);
    return this;
  }

  /** Sets {@code loraRank}. */
  public BiEncoderTrainer setLoraRank(int value) {
    set(loraRank, value);
    return this;
  }

  /** Sets {@code loraAlpha}. */
  public BiEncoderTrainer setLoraAlpha(double value) {
    set(loraAlpha, value);
    return this;
  }

  /** Sets {@code loraDropout}. */
  public BiEncoderTrainer setLoraDropout(double value) {
    set(loraDropout, value);
    return this;
  }

  /** Sets {@code loraBasePrecision}. */
  public BiEncoderTrainer setLoraBasePrecision(String value) {
    set(loraBasePrecision, value);
    return this;
  }

  /** Sets {@code loraModules}. */
  public BiEncoderTrainer setLoraModules(String value) {
    set(loraModules, value);
    return this;
  }

  /** Sets {@code rowsInMemory}. */
  public BiEncoderTrainer setRowsInMemory(int value) {
    set(rowsInMemory, value);
    return this;
  }

  /** Sets {@code shardRows}. */
  public BiEncoderTrainer setShardRows(int value) {
    set(shardRows, value);
    return this;
  }

  /** Sets {@code shardsDir}. */
  public BiEncoderTrainer setShardsDir(String value) {
    set(shardsDir, value);
    return this;
  }

  /** Sets {@code seed}. */
  public BiEncoderTrainer setSeed(long value) {
    set(seed, value);
    return this;
  }

  /** Sets {@code inputCol}. */
  public BiEncoderTrainer setInputCol(String value) {
    set(inputCol, value);
    return this;
  }

  /** Sets {@code outputCol}. */
  public BiEncoderTrainer setOutputCol(String value) {
    set(outputCol, value);
    return this;
  }

  /** Sets {@code outputType}. */
  public BiEncoderTrainer setOutputType(String value) {
    set(outputType, value);
    return this;
  }
}
