package io.silverspark.udfs.ml;

import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.LoraConfig;
import io.silverspark.model.sampling.MultiDatasetSampling;
import io.silverspark.model.training.LayerRates;
import io.silverspark.model.training.LearningRateSchedule;
import io.silverspark.model.training.TrainedEncoder;
import io.silverspark.model.training.TrainingDataset;
import io.silverspark.model.training.TrainingPlan;
import io.silverspark.model.training.TrainingRun;
import io.silverspark.model.training.TrainingSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** One fit of a {@link BiEncoderTrainer}: rows to the driver, training, a model directory. */
final class PairTraining {
  private final BiEncoderTrainer trainer;

  PairTraining(BiEncoderTrainer trainer) {
    this.trainer = trainer;
  }

  /** Trains, and says where the model is. */
  String run(Dataset<Row> rows) {
    List<Row> examples = collect(rows);
    Path directory =
        Path.of(trainer.getOutputDir())
            .resolve(Identifiable$.MODULE$.randomUID("biEncoder"))
            .toAbsolutePath();
    TrainingRun run = run();
    try (SentenceEncoder encoder =
        TrainedEncoder.open(
            run.base().reference(),
            run.options(trainer.getDevice()),
            List.of(trainer.chosenLoss()))) {
      TrainingSet set = set(encoder, examples);
      TrainedEncoder trained = new TrainedEncoder.Bi(encoder);
      run.adapt(trained);
      run.train(trained, trained.trainable(), List.of(set), Optional.empty(), place -> {});
      encoder.save(directory, card(examples.size()));
    }
    return directory.toString();
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

  /** The columns in use, in an order that does not depend on the partitions. */
  private List<Row> collect(Dataset<Row> rows) {
    List<Column> columns = new ArrayList<>();
    columns.add(functions.col(trainer.getFirstCol()));
    columns.add(functions.col(trainer.getSecondCol()));
    if (trainer.usesLabels()) {
      columns.add(functions.col(trainer.getLabelCol()).cast("float"));
    } else if (trainer.usesNegatives()) {
      columns.add(functions.col(trainer.getNegativeCol()));
    }
    List<Row> examples =
        new ArrayList<>(rows.select(columns.toArray(Column[]::new)).collectAsList());
    for (Row example : examples) {
      if (example.anyNull()) {
        throw new UserException(
            "%s: a null in row %s; leave such rows out first".formatted(trainer.uid(), example));
      }
    }
    examples.sort(Comparator.comparing(Row::toString));
    return examples;
  }

  private TrainingSet set(SentenceEncoder encoder, List<Row> examples) {
    int textColumns = trainer.usesNegatives() ? 3 : 2;
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
    return TrainingSet.of(
        encoder.columns(
            List.of(
                trainer.getFirstPrompt(), trainer.getSecondPrompt(), trainer.getNegativePrompt())),
        texts,
        labels);
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
