package io.silverspark.model.training;

import ai.djl.ndarray.NDArray;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.sampling.BatchSampler;
import io.silverspark.model.sampling.MultiDatasetSampling;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a training learns from: one data set, or several, each by a loss of its own. A batch holds
 * examples of one set. Indices of the sampler count the examples of all sets, laid end to end.
 *
 * <p>As the multi-dataset training of sentence-transformers. Differs: parameters of a loss, such as
 * the classifier of SoftmaxLoss, go on with their momentum in the steps of other sets, where the
 * library leaves them alone.
 *
 * <p>Closing it frees the losses; whoever owns them otherwise leaves it open.
 */
public final class MultiDataset implements AutoCloseable {
  private final List<TrainingPart> parts;
  private final BatchSampler sampler;

  /**
   * A batch within its data set.
   *
   * @param part the data set and its loss
   * @param examples indices within the set
   */
  record Batch(TrainingPart part, int[] examples) {}

  private MultiDataset(List<TrainingPart> parts, BatchSampler sampler) {
    this.parts = parts;
    this.sampler = sampler;
  }

  /** A single data set. */
  public static MultiDataset of(TrainingSet set, SentenceLoss loss, BatchSampler sampler) {
    return new MultiDataset(List.of(new TrainingPart("data", set, loss, sampler)), sampler);
  }

  /**
   * Several data sets.
   *
   * @param parts at least one, of different names
   * @param sampling order of their batches
   * @param seed of the order
   */
  public static MultiDataset of(
      List<TrainingPart> parts, MultiDatasetSampling sampling, long seed) {
    if (parts.stream().map(TrainingPart::name).distinct().count() < parts.size()) {
      throw new IllegalArgumentException("two data sets have the same name");
    }
    List<BatchSampler> samplers = parts.stream().map(TrainingPart::sampler).toList();
    List<Integer> sizes = parts.stream().map(part -> part.set().size()).toList();
    return new MultiDataset(List.copyOf(parts), sampling.over(samplers, sizes, seed));
  }

  /** The data sets in their order. */
  public List<TrainingPart> parts() {
    return parts;
  }

  /** The batches of all data sets together. */
  public BatchSampler sampler() {
    return sampler;
  }

  /** Finds the data set of a batch. */
  Batch batch(int[] examples) {
    int start = 0;
    for (TrainingPart part : parts) {
      int end = start + part.set().size();
      if (examples[0] < end) {
        int first = start;
        return new Batch(part, Arrays.stream(examples).map(example -> example - first).toArray());
      }
      start = end;
    }
    throw new IllegalArgumentException("no data set has an example " + examples[0]);
  }

  /** The parameters of all losses by name. */
  Map<String, NDArray> parameters() {
    Map<String, NDArray> all = new LinkedHashMap<>();
    for (TrainingPart part : parts) {
      String prefix = parts.size() == 1 ? "loss." : "loss." + part.name() + ".";
      part.loss().parameters().forEach((name, array) -> all.put(prefix + name, array));
    }
    return all;
  }

  /** Refuses a set that does not fit its loss. */
  void check() {
    parts.forEach(p -> p.loss().inputs().check(p.set().columnCount(), p.set().labels()));
  }

  /** Losses and data in one line each, to tell one run from another. */
  Map<String, String> description() {
    Map<String, String> run = new LinkedHashMap<>();
    run.put("loss", described(part -> part.loss().description()));
    run.put("data", described(part -> part.set().fingerprint()));
    run.put("sampler", sampler.description());
    return run;
  }

  private String described(Function<TrainingPart, String> aspect) {
    return parts.size() == 1
        ? aspect.apply(parts.get(0))
        : parts.stream()
            .map(part -> part.name() + ": " + aspect.apply(part))
            .collect(Collectors.joining("; "));
  }

  @Override
  public void close() {
    parts.forEach(part -> part.loss().close());
  }
}
