package io.silverspark.jobs.train;

import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.distributed.RankModel;
import io.silverspark.jobs.distributed.RankRecipe;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.TrainingPart;
import io.silverspark.model.training.TrainingSet;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A bi-encoder as each rank trains it. */
final class BiEncoderRecipe implements RankRecipe {
  private static final long serialVersionUID = 1;
  private static final String COMMAND = "train-bi";

  private final String settings;
  private final TrainingSource source;

  @SuppressWarnings("serial") // lists of the JDK are serializable
  private final List<Data> data;

  private final ValidationScore validation;

  /** A data set as it is sent to the ranks. */
  private record Data(String name, String settings, TrainingSource source, TrainingSet set)
      implements Serializable {

    TrainingPart open(SentenceEncoder encoder) {
      BiEncoderData own = new BiEncoderData(name, RankContext.of(COMMAND, settings), source);
      return own.part(set, own.loss().create(own.context(), encoder));
    }
  }

  private BiEncoderRecipe(
      String settings, TrainingSource source, List<Data> data, ValidationScore validation) {
    this.settings = settings;
    this.source = source;
    this.data = data;
    this.validation = validation;
  }

  static BiEncoderRecipe of(
      JobContext context,
      TrainingSource source,
      List<BiEncoderData> data,
      List<TrainingSet> sets,
      Optional<ValidationScore> validation) {
    List<Data> sent =
        IntStream.range(0, data.size())
            .mapToObj(
                i ->
                    new Data(
                        data.get(i).name(),
                        data.get(i).context().settings().json(),
                        data.get(i).source(),
                        sets.get(i)))
            .toList();
    return new BiEncoderRecipe(context.settings().json(), source, sent, validation.orElse(null));
  }

  @Override
  public Precision precision() {
    return RankContext.of(COMMAND, settings).get(TrainSettings.PRECISION);
  }

  @Override
  public RankModel open(Path model, String device, Precision precision) {
    JobContext context = RankContext.of(COMMAND, settings);
    SentenceEncoder encoder =
        SentenceEncoder.load(
            model.toString(), RankContext.options(context, device).withPrecision(precision));
    List<TrainingPart> parts = data.stream().map(one -> one.open(encoder)).toList();
    return new RankModel(
        TrainableModel.of(encoder),
        BiEncoderTraining.plan(context, source),
        BiEncoderParts.dataset(context, parts),
        Optional.ofNullable(validation).map(rows -> () -> rows.spearman(encoder)),
        encoder::close);
  }
}
