package io.silverspark.jobs.train;

import io.silverspark.jobs.report.Histogram;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.TrainedEncoder;
import io.silverspark.model.training.TrainingRun;
import io.silverspark.model.training.TrainingSet;
import java.util.List;
import java.util.Map;

/** What one kind of training brings to the template, {@link TrainingStage}. */
interface TrainingRecipe {

  /**
   * What the training is called.
   *
   * @param settings group of its settings, such as {@code train}
   * @param stage such as {@code train-bi-gold}
   * @param directory of the model among those of the run
   * @param title of its curve
   * @param compared what comparisons of models call it, which decides the colour of its curve
   */
  record Names(String settings, String stage, String directory, String title, String compared) {}

  /**
   * The rows, tokenised for the model. Closing it frees models that the losses need beside it.
   *
   * @param sets by data set, in the order of {@link TrainingRun#data()}
   * @param model what is trained
   * @param unit what the examples are called, such as {@code gold pairs}
   * @param read number of rows that were read
   * @param gold labels of the gold pairs among them
   * @param inputs versions of the tables that were read
   * @param facts for the model card, by name
   * @param others frees the other models
   */
  record Rows(
      List<TrainingSet> sets,
      TrainableModel model,
      String unit,
      long read,
      Histogram gold,
      Map<String, Long> inputs,
      Map<String, Object> facts,
      Runnable others)
      implements AutoCloseable {
    int size() {
      return sets.stream().mapToInt(TrainingSet::size).sum();
    }

    @Override
    public void close() {
      others.run();
    }
  }

  /** What the training is called. */
  Names names();

  /** The training as one value; refuses settings that do not fit each other. */
  TrainingRun run();

  /** Everything that its result depends on. */
  Fingerprint fingerprint();

  /** Rows that it reads, by table. */
  Map<String, Long> rows();

  /**
   * By how many ranks it is trained.
   *
   * @throws io.silverspark.model.error.UserException if the settings ask for several and the loss
   *     cannot be divided
   */
  int ranks();

  /** Opens the model that it starts from. */
  TrainedEncoder open(String device);

  /** Reads the rows. */
  Rows read(TrainedEncoder encoder);

  /** The README.md of the trained model. */
  String card(TrainedEncoder encoder, Map<String, Object> facts);
}
