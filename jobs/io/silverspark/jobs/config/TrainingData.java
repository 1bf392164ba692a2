package io.silverspark.jobs.config;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.Settings;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.NamedLoss;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A data set that a bi-encoder learns from, with the settings that hold for it.
 *
 * @param name unique in the training
 * @param settings effective values; {@code train.data} is the source
 * @param source which rows
 */
public record TrainingData(String name, Settings settings, TrainingSource source) {

  /**
   * The data sets of a source: itself, or those of {@code train.datasets}.
   *
   * @param settings of the job
   * @param source that is trained
   * @throws UserException naming the data set whose value is not allowed, or two of the same name
   */
  public static List<TrainingData> of(Settings settings, TrainingSource source) {
    if (source != TrainingSource.DATASETS) {
      return List.of(new TrainingData(source.setting(), settings, source));
    }
    List<Map<String, String>> datasets = settings.get(DatasetSettings.DATASETS);
    List<TrainingData> all = new ArrayList<>();
    for (int i = 0; i < datasets.size(); i++) {
      TrainingData data = of(settings, datasets.get(i), "train.datasets[%d]".formatted(i));
      if (all.stream().anyMatch(other -> other.name.equals(data.name))) {
        throw new UserException(
            "two of train.datasets are named '%s': set name = ... for one of them"
                .formatted(data.name));
      }
      all.add(data);
    }
    return all;
  }

  private static TrainingData of(Settings outer, Map<String, String> dataset, String place) {
    Map<Setting<?>, Object> values = new LinkedHashMap<>(DatasetSettings.overrides(dataset));
    // What the pipeline makes beside this data set is none of its business.
    values.put(PipelineSettings.MODELS, "none");
    TrainingSource source = source(dataset.get("data"), place);
    try {
      Settings own = outer.with(values, place);
      TrainingUse use =
          new TrainingUse(source, own.get(GoldSettings.SOURCE), LossRules.loss(own, source), true);
      TrainingUse.requireRead(place, dataset, use);
      return new TrainingData(
          dataset.getOrDefault(DatasetSettings.NAME, usualName(own, source)), own, source);
    } catch (UserException e) {
      String text = e.getMessage();
      throw text.startsWith(place) ? e : new UserException(place + ": " + text, e);
    }
  }

  private static TrainingSource source(String value, String place) {
    TrainingSource source = TrainingSource.of(value);
    if (source == TrainingSource.DATASETS) {
      throw new UserException(
          "%s: data = 'datasets' is not valid: a data set holds no other ones".formatted(place));
    }
    return source;
  }

  private static String usualName(Settings settings, TrainingSource source) {
    return source == TrainingSource.GOLD ? settings.get(GoldSettings.SOURCE) : source.directory();
  }

  /** Whether it learns from mined triplets or from pairs that were made of mined candidates. */
  public boolean needsMining() {
    return source == TrainingSource.TRIPLETS || source == TrainingSource.GOLD_SILVER;
  }

  /** Whether it learns from silver pairs. */
  public boolean needsSilver() {
    return source == TrainingSource.GOLD_SILVER;
  }

  /** Whether it learns from the run's cross-encoder, by silver labels or by margins. */
  public boolean needsCrossEncoder() {
    return needsSilver()
        || (LossRules.loss(settings, source).teacher() == NamedLoss.Teacher.CROSS_ENCODER
            && settings.get(TrainSettings.TEACHER).isBlank());
  }
}
