package io.silverspark.jobs.distributed;

import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.distributed.GradientReducer;
import io.silverspark.model.distributed.Replica;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.TrainedEncoder;
import io.silverspark.model.training.TrainingListener;
import io.silverspark.model.training.TrainingOutcome;
import io.silverspark.model.training.TrainingResult;
import io.silverspark.model.training.TrainingRun;
import io.silverspark.model.training.TrainingSet;
import io.silverspark.model.training.ValidationPairs;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A training that {@code train.ranks} ranks divide among themselves. Every rank gets this value,
 * with all rows, and the driver's model as a directory; the trained weights come back to the
 * driver's model.
 *
 * @param run the training
 * @param kind of the model
 * @param sets rows by data set
 * @param validation null if there are no validation pairs
 */
@SuppressWarnings("serial") // the lists of the JDK are serializable
public record RankedTraining(
    TrainingRun run, TrainedEncoder.Kind kind, List<TrainingSet> sets, ValidationPairs validation)
    implements Serializable {

  /**
   * One rank's place.
   *
   * @param replica connects it with the others
   * @param device {@code cpu} or {@code cuda:N}
   * @param nativeThreads of its operations
   * @param driftSteps between comparisons of the weights
   */
  record Place(Replica replica, String device, int nativeThreads, int driftSteps) {}

  /**
   * Trains: on a local master in threads of the driver, else in the executors.
   *
   * @param context gives the cluster and the settings of ranks
   * @param encoder the driver's model, which training starts from; its weights are overwritten with
   *     the trained ones
   * @param checkpoints on the driver
   * @param listener hears rank 0
   * @return how it ended
   * @throws io.silverspark.model.error.UserException if the cluster cannot run so many ranks
   */
  public TrainingResult train(
      JobContext context,
      TrainedEncoder encoder,
      CheckpointStore checkpoints,
      TrainingListener listener) {
    try (TemporaryDirectory directory = TemporaryDirectory.create("silverspark-ranks")) {
      Path start = directory.path().resolve("model");
      Path result = directory.newChild("result");
      encoder.save(start, "");
      if (context.spark().sparkContext().isLocal()) {
        new LocalTraining(context).train(this, start, result, checkpoints, listener);
      } else {
        new BarrierTraining(context).train(this, start, result, checkpoints, listener);
      }
      TrainableModel model = encoder.trainable();
      TrainingResult ended = TrainingOutcome.read(result, model.parameters());
      model.parametersChanged();
      return ended;
    } catch (IOException e) {
      throw new UncheckedIOException("files of the ranks cannot be written", e);
    }
  }

  /**
   * Trains as one rank, wherever it runs.
   *
   * @param model directory of the model that training starts from, already cut to its layers
   * @param result directory that rank 0 writes the outcome into
   * @return how it ended
   */
  TrainingResult trainAsRank(
      Path model, Path result, Place place, CheckpointStore checkpoints, TrainingListener listener)
      throws IOException {
    Replica replica = place.replica();
    EncoderOptions options =
        EncoderOptions.defaults()
            .withPrecision(agreed(replica, run.precision(), place.device()))
            .withDevice(place.device())
            .withWorkers(1);
    try (TrainedEncoder encoder = TrainedEncoder.open(kind, model, options)) {
      run.adapt(encoder);
      TrainingResult ended =
          run.train(
              encoder,
              encoder.trainable(),
              sets,
              Optional.ofNullable(validation),
              trainer ->
                  trainer
                      .reducer(GradientReducer.over(replica))
                      .listener(replica.rank() == 0 ? listener : TrainingListener.NONE)
                      .checkpoints(checkpoints)
                      .driftSteps(place.driftSteps())
                      .nativeThreads(place.nativeThreads()));
      if (replica.rank() == 0) {
        TrainingOutcome.write(result, ended, encoder.trainable().parameters());
      }
      return ended;
    }
  }

  /**
   * The precision that all ranks train in, whose machines may differ: {@link Precision#AUTO}
   * becomes what is slow on no rank.
   */
  private static Precision agreed(Replica replica, Precision wanted, String device) {
    byte[] own = wanted.on(device).name().getBytes(StandardCharsets.US_ASCII);
    List<Precision> all =
        replica.gather(own).stream()
            .map(name -> Precision.valueOf(new String(name, StandardCharsets.US_ASCII)))
            .toList();
    return Precision.common(all);
  }
}
