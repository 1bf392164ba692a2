package io.silverspark.udfs.ml;

import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.LoraConfig;
import io.silverspark.model.sampling.MultiDatasetSampling;
import io.silverspark.model.shards.ShardManifest;
import io.silverspark.model.training.LayerRates;
import io.silverspark.model.training.LearningRateSchedule;
import io.silverspark.model.training.TrainedEncoder;
import io.silverspark.model.training.TrainingDataset;
import io.silverspark.model.training.TrainingPlan;
import io.silverspark.model.training.TrainingRun;
import io.silverspark.model.training.TrainingSet;
import io.silverspark.udfs.shards.TokenizedShards;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * One fit of a {@link BiEncoderTrainer}: rows to the driver, or to shards while it lasts, training,
 * a model directory.
 */
final class PairTraining {
  private final BiEncoderTrainer trainer;

  PairTraining(BiEncoderTrainer trainer) {
    this.trainer = trainer;
  }

  /** Trains, and says where the model is. */
  String run(Dataset<Row> rows) {
    PairRows pairs = new PairRows(trainer, rows);
    Optional<List<Row>> held = pairs.inMemory();
    String name = Identifiable$.MODULE$.randomUID("biEncoder");
    Path directory = Path.of(trainer.getOutputDir()).resolve(name).toAbsolutePath();
    TrainingRun run = run();
    try (SentenceEncoder encoder =
        TrainedEncoder.open(
            run.base().reference(),
            run.options(trainer.getDevice()),
            List.of(trainer.chosenLoss()))) {
      if (held.isPresent()) {
        train(run, encoder, set(encoder, pairs.texts(), held.get()), directory);
      } else {
        trainOverShards(run, encoder, pairs, directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          trainer.uid() + ": the training examples in shardsDir cannot be written or read", e);
    }
    return directory.toString();
  }

  private void train(TrainingRun run, SentenceEncoder encoder, TrainingSet set, Path directory) {
    TrainedEncoder trained = new TrainedEncoder.Bi(encoder);
    run.adapt(trained);
    run.train(trained, trained.trainable(), List.of(set), Optional.empty(), place -> {});
    encoder.save(directory, card(set.size()));
  }

  /** The shards are there while the fit lasts, since a data frame has no version to know it by. */
  private void trainOverShards(
      TrainingRun run, SentenceEncoder encoder, PairRows pairs, Path directory) throws IOException {
    Dataset<Row> examples = pairs.examples();
    SparkSession spark = examples.sparkSession();
    String identity = directory.getFileName().toString();
    TokenizedShards shards =
        new TokenizedShards(
            shardsDirectory(spark) + "/" + identity,
            identity,
            encoder.exampleTokenizer(prompts()),
            trainer.getShardRows(),
            trainer.getSeed(),
            false);
    try {
      ShardManifest manifest = shards.write(examples, examples.count());
      train(run, encoder, TrainingSet.ofShards(manifest, shards.files(spark)), directory);
    } finally {
      shards.delete(spark);
    }
  }

  private String shardsDirectory(SparkSession spark) throws IOException {
    String own = trainer.getShardsDir();
    if (own.isEmpty()) {
      return Path.of(trainer.getOutputDir()).resolve("training-examples").toUri().toString();
    }
    org.apache.hadoop.fs.Path given = new org.apache.hadoop.fs.Path(own);
    return given
        .getFileSystem(spark.sessionState().newHadoopConf())
        .makeQualified(given)
        .toString();
  }

  private List<String> prompts() {
    return List.of(
        trainer.getFirstPrompt(), trainer.getSecondPrompt(), trainer.getNegativePrompt());
  }

  /** The training that the params describe. */
  private TrainingRun run() {
    TrainingDataset data =
        new TrainingDataset("rows", trainer.shape(), trainer.chosenLoss(), trainer.getBatchSize());
    return new TrainingRun(
        new TrainingRun.Base(
            trainer.getBaseModel(),
            trainer.getLayers(),
            trainer.getMaxSequenceLength(),
            trainer.getTruncateDim()),
        Precision.valueOf(trainer.getPrecision().toUpperCase(Locale.ROOT)),
        plan(),
        List.of(data),
        MultiDatasetSampling.PROPORTIONAL,
        lora());
  }

  private LoraConfig lora() {
    return new LoraConfig(
        trainer.getLoraRank(),
        trainer.getLoraAlpha(),
        trainer.getLoraDropout(),
        Arrays.stream(trainer.getLoraModules().split(","))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .toList(),
        LoraConfig.BasePrecision.valueOf(trainer.getLoraBasePrecision().toUpperCase(Locale.ROOT)));
  }

  private TrainingSet set(SentenceEncoder encoder, int textColumns, List<Row> examples) {
    List<List<String>> texts = new ArrayList<>();
    for (int column = 0; column < textColumns; column++) {
      int position = column;
      texts.add(examples.stream().map(row -> row.getString(position)).toList());
    }
    float[] labels = null;
    if (trainer.usesLabels()) {
      labels = new float[examples.size()];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = examples.get(i).getFloat(2);
      }
    }
    return TrainingSet.of(encoder.columns(prompts()), texts, labels);
  }

  private TrainingPlan plan() {
    double rate = trainer.getLearningRate();
    double head = trainer.getHeadLearningRate();
    return TrainingPlan.builder()
        .epochs(trainer.getEpochs())
        .learningRate(rate)
        .shape(LearningRateSchedule.Shape.valueOf(trainer.getSchedule().toUpperCase(Locale.ROOT)))
        .warmupRatio(trainer.getWarmupRatio())
        .warmupSteps(trainer.getWarmupSteps())
        .weightDecay(trainer.getWeightDecay())
        .accumulation(trainer.getGradientAccumulation())
        .maxGradientNorm(trainer.getMaxGradNorm())
        .layers(
            new LayerRates(
                trainer.getFreezeLayers(), trainer.getLayerDecay(), head == 0 ? 1 : head / rate))
        .gradientCheckpointing(trainer.getGradientCheckpointing())
        .seed(trainer.getSeed())
        .build();
  }

  private String card(int examples) {
    return """
    ---
    library_name: sentence-transformers
    pipeline_tag: sentence-similarity
    tags:
      - sentence-transformers
      - silverspark
    ---
    # Fine-tuned from `%s`

    Trained by SilverSpark's `BiEncoderTrainer` on %d pairs: loss %s, %d epochs, batch size %d,
    learning rate %s, seed %d.
    """
        .formatted(
            trainer.getBaseModel(),
            examples,
            trainer.chosenLoss().title(),
            trainer.getEpochs(),
            trainer.getBatchSize(),
            trainer.getLearningRate(),
            trainer.getSeed());
  }
}
