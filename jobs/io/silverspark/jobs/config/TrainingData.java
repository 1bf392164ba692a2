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
 * @param settings effective values; {@code train.data} is the variant
 * @param variant which rows
 */
public record TrainingData(String name, Settings settings, TrainingSource variant) {

  /**
   * The data sets of a variant: itself, or those of {@code train.datasets}.
   *
   * @param settings of the job
   * @param variant that is trained
   * @throws UserException naming the data set whose value is not allowed, or two of the same name
   */
  public static List<TrainingData> of(Settings settings, TrainingSource variant) {
    if (variant != TrainingSource.DATASETS) {
      return List.of(new TrainingData(variant.setting(), settings, variant));
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
    TrainingSource variant = variant(dataset.get("data"), place);
    try {
      Settings own = outer.with(values, place);
      TrainingUse use =
          new TrainingUse(
              variant, own.get(GoldSettings.SOURCE), LossRules.loss(own, variant), true);
      TrainingUse.requireRead(place, dataset, use);
      return new TrainingData(
          dataset.getOrDefault(DatasetSettings.NAME, usualName(own, variant)), own, variant);
    } catch (UserException e) {
      String text = e.getMessage();
      throw text.startsWith(place) ? e : new UserException(place + ": " + text, e);
    }
  }

  private static TrainingSource variant(String value, String place) {
    TrainingSource variant = TrainingSource.of(value);
    if (variant == TrainingSource.DATASETS) {
      throw new UserException(
          "%s: data = 'datasets' is not valid: a data set holds no other ones".formatted(place));
    }
    return variant;
  }

  private static String usualName(Settings settings, TrainingSource variant) {
    return variant == TrainingSource.GOLD ? settings.get(GoldSettings.SOURCE) : variant.directory();
  }

  /** Whether it learns from mined triplets or from pairs that were made of mined candidates. */
  public boolean needsMining() {
    return variant == TrainingSource.TRIPLETS || variant == TrainingSource.GOLD_SILVER;
  }

  /** Whether it learns from silver pairs. */
  public boolean needsSilver() {
    return variant == TrainingSource.GOLD_SILVER;
  }

  /** Whether it learns from the run's cross-encoder, by silver labels or by margins. */
  public boolean needsCrossEncoder() {
    return needsSilver()
        || (LossRules.loss(settings, variant).teacher() == NamedLoss.Teacher.CROSS_ENCODER
            && settings.get(TrainSettings.TEACHER).isBlank());
  }
}
