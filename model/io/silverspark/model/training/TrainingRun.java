package io.silverspark.model.training;

import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.files.LoraConfig;
import io.silverspark.model.loss.LossRecipe;
import io.silverspark.model.sampling.BatchSampler;
import io.silverspark.model.sampling.MultiDatasetSampling;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A training as one value: what it starts from, what it learns from, how long and how fast. It is
 * made once, from settings or from the params of a Spark ML stage, before a model is open or a row
 * is read. One rank and many get the same value; equal values with equal rows give equal weights.
 *
 * @param base the model that it starts from
 * @param precision of the matrix products; {@link Precision#AUTO} is decided on the device
 * @param plan how long and how fast
 * @param data what it learns from, at least one, of different names
 * @param sampling order of the batches of several data sets
 * @param lora adapter that is trained in place of the transformer's weights; {@link
 *     LoraConfig#NONE}: the weights are trained
 */
public record TrainingRun(
    Base base,
    Precision precision,
    TrainingPlan plan,
    List<TrainingDataset> data,
    MultiDatasetSampling sampling,
    LoraConfig lora)
    implements Serializable {

  /**
   * A model and how much of it is used.
   *
   * @param reference {@code builtin:all-MiniLM-L6-v2}, a directory, or a Hub id
   * @param layers the first ones; 0: all
   * @param maxSequenceLength tokens a text is cut to; 0: the model's own limit
   * @param truncateDim components of the vectors that are kept; 0: the model's own
   */
  public record Base(String reference, int layers, int maxSequenceLength, int truncateDim)
      implements Serializable {}

  /** Copies the list. */
  public TrainingRun {
    data = List.copyOf(data);
  }

  /**
   * How the base model is opened.
   *
   * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
   */
  public EncoderOptions options(String device) {
    return EncoderOptions.defaults()
        .withLayers(base.layers())
        .withMaxSequenceLength(base.maxSequenceLength())
        .withTruncateDim(base.truncateDim())
        .withPrecision(precision)
        .withDevice(device);
  }

  /**
   * Puts the adapter on an opened model, if one is trained. Of a base that was cut to its first
   * layers no adapter alone is saved: nobody else could load that.
   *
   * @throws io.silverspark.model.error.UserException if the model has none of its layers
   */
  public void adapt(TrainedEncoder encoder) {
    if (lora.present()) {
      encoder.addAdapter(lora, base.layers() == 0 ? base.reference() : "", plan.seed());
    }
  }

  /** The data sets with their rows and losses; closing it frees the losses. */
  private MultiDataset open(List<TrainingSet> sets, LossRecipe.Model model) {
    List<TrainingPart> parts = new ArrayList<>();
    try {
      for (int i = 0; i < data.size(); i++) {
        TrainingDataset own = data.get(i);
        TrainingSet set = sets.get(i);
        BatchSampler sampler = own.sampler(set, plan.seed());
        parts.add(new TrainingPart(own.name(), set, own.loss().create(model), sampler));
      }
      return parts.size() == 1
          ? MultiDataset.of(parts.get(0).set(), parts.get(0).loss(), parts.get(0).sampler())
          : MultiDataset.of(parts, sampling, plan.seed());
    } catch (RuntimeException e) {
      parts.forEach(part -> part.loss().close());
      throw e;
    }
  }

  /**
   * Trains a model to the end of the plan.
   *
   * @param encoder opened by {@link #options}; its weights are changed in place
   * @param model what is trained of it: {@link TrainedEncoder#trainable()}, or a model around it
   * @param sets rows by data set, tokenised by the model's tokenizer
   * @param validation measured as often as the plan says; the best weights are kept
   * @param place adds to the trainer what belongs to the place and not to the training: listener,
   *     checkpoints, ranks, threads
   * @return how it ended
   */
  public TrainingResult train(
      TrainedEncoder encoder,
      TrainableModel model,
      List<TrainingSet> sets,
      Optional<ValidationPairs> validation,
      Consumer<Trainer> place) {
    try (MultiDataset opened = open(sets, encoder.forLosses(plan.seed()))) {
      Trainer trainer = new Trainer(model, plan);
      validation.ifPresent(pairs -> trainer.evaluation(() -> encoder.spearman(pairs)));
      place.accept(trainer);
      return trainer.train(opened);
    }
  }

  /** One line for people: data sets with losses, epochs or steps, learning rate, base. */
  public String summary() {
    return "%s; %s; %s%s, %s%s"
        .formatted(
            data.stream().map(TrainingDataset::summary).collect(Collectors.joining("; ")),
            plan.summary(),
            base.reference(),
            base.layers() == 0 ? "" : ", " + base.layers() + " layers",
            precision.title(),
            lora.present() ? ", LoRA of rank " + lora.rank() : "");
  }
}
