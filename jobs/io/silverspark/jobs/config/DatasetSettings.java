package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.mapList;
import static io.silverspark.model.config.SettingType.oneOf;

import io.silverspark.model.config.NearestName;
import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import io.silverspark.model.config.SettingRule;
import io.silverspark.model.config.Settings;
import io.silverspark.model.sampling.MultiDatasetSampling;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The data sets of {@code train.data = datasets}, as the user writes them. */
public final class DatasetSettings {
  /** Key of a data set's name. */
  static final String NAME = "name";

  /** Keys whose values are maps, which a data set writes as {@code key.name}. */
  private static final Map<String, Setting<?>> MAPS =
      Map.of("lossParameters", TrainSettings.LOSS_PARAMETERS, "prompts", TrainSettings.PROMPTS);

  /** The settings that a data set may have of its own, by the key within it. */
  private static final Map<String, Setting<?>> KEYS = keys();

  public static final Setting<List<Map<String, String>>> DATASETS =
      new Setting<>(
          "train.datasets",
          mapList(),
          List.of(),
          "Data sets of train.data = datasets, such as [ { data = gold, source = nli, loss ="
              + " MultipleNegativesRankingLoss }, { data = gold, source = sts, loss = CoSENTLoss }"
              + " ]; each may have name, "
              + String.join(", ", KEYS.keySet())
              + "; an absent key takes the setting outside.");
  public static final Setting<MultiDatasetSampling> SAMPLER =
      new Setting<>(
          "train.multiDatasetBatchSampler",
          oneOf(MultiDatasetSampling.class),
          MultiDatasetSampling.PROPORTIONAL,
          "Batches of several data sets: all of them at random (proportional), or one of each in"
              + " turn until one data set is used up (round-robin).");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "Several data sets",
          List.of(DATASETS, SAMPLER),
          List.of(
              new SettingRule(List.of(DATASETS), DatasetSettings::unknownKey),
              new SettingRule(
                  List.of(DATASETS, TrainSettings.DATA, PipelineSettings.MODELS),
                  DatasetSettings::missing),
              ofSeveral(DATASETS),
              ofSeveral(SAMPLER)));

  private DatasetSettings() {}

  private static Map<String, Setting<?>> keys() {
    Map<String, Setting<?>> keys = new LinkedHashMap<>();
    keys.put("data", TrainSettings.DATA);
    keys.put("source", GoldSettings.SOURCE);
    keys.put("rows", GoldSettings.ROWS);
    keys.put("loss", TrainSettings.LOSS);
    keys.put("lossParameters", TrainSettings.LOSS_PARAMETERS);
    keys.put("teacher", TrainSettings.TEACHER);
    keys.put("matchClass", TrainSettings.MATCH_CLASS);
    keys.put("positives", TrainSettings.POSITIVES);
    keys.put("hardNegatives", TrainSettings.HARD_NEGATIVES);
    keys.put("goldRepeat", TrainSettings.GOLD_REPEAT);
    keys.put("batchSize", TrainSettings.PLAN.batchSize());
    keys.put("prompt", TrainSettings.PROMPT);
    keys.put("prompts", TrainSettings.PROMPTS);
    return keys;
  }

  /** What a data set says, as settings outside would say it. */
  static Map<Setting<?>, Object> overrides(Map<String, String> dataset) {
    Map<Setting<?>, Object> values = new LinkedHashMap<>();
    Map<Setting<?>, Map<String, String>> maps = new LinkedHashMap<>();
    dataset.forEach(
        (key, value) -> {
          String outer = outer(key);
          if (!outer.equals(key)) {
            maps.computeIfAbsent(MAPS.get(outer), unused -> new LinkedHashMap<>())
                .put(key.substring(outer.length() + 1), value);
          } else if (!key.equals(NAME)) {
            values.put(KEYS.get(key), value);
          }
        });
    values.putAll(maps);
    // Prompts of its own take the place of those outside, be they for all columns or by column.
    if (maps.containsKey(TrainSettings.PROMPTS)) {
      values.putIfAbsent(TrainSettings.PROMPT, null);
    } else if (values.containsKey(TrainSettings.PROMPT)) {
      values.put(TrainSettings.PROMPTS, Map.of());
    }
    return values;
  }

  /** The parameters of the loss that a data set has of its own, if it has any. */
  static Optional<Map<String, String>> lossParameters(Map<String, String> dataset) {
    Map<String, String> parameters = map(dataset, TrainSettings.LOSS_PARAMETERS);
    return parameters.isEmpty() ? Optional.empty() : Optional.of(parameters);
  }

  /** The prompts by column that a data set has of its own. */
  static Map<String, String> prompts(Map<String, String> dataset) {
    return map(dataset, TrainSettings.PROMPTS);
  }

  private static Map<String, String> map(Map<String, String> dataset, Setting<?> setting) {
    Map<String, String> values = new LinkedHashMap<>();
    dataset.forEach(
        (key, value) -> {
          String outer = outer(key);
          if (!outer.equals(key) && MAPS.get(outer) == setting) {
            values.put(key.substring(outer.length() + 1), value);
          }
        });
    return values;
  }

  /** The key of the map that a key such as {@code prompts.anchor} stands in; else the key. */
  private static String outer(String key) {
    return MAPS.keySet().stream().filter(map -> key.startsWith(map + ".")).findFirst().orElse(key);
  }

  private static Optional<String> unknownKey(Settings settings) {
    List<Map<String, String>> datasets = settings.get(DATASETS);
    for (int i = 0; i < datasets.size(); i++) {
      for (String key : datasets.get(i).keySet()) {
        String name = outer(key);
        if (!name.equals(NAME) && !KEYS.containsKey(name)) {
          String hint =
              NearestName.of(name, KEYS.keySet())
                  .map(near -> " Did you mean '" + near + "'?")
                  .orElse("");
          return Optional.of(
              "train.datasets[%d] has an unknown key '%s': needs name, %s.%s"
                  .formatted(i, key, String.join(", ", KEYS.keySet()), hint));
        }
      }
      if (!datasets.get(i).containsKey("data")) {
        return Optional.of(
            "train.datasets[%d] has no data: needs data = gold, gold+silver, triplets or intents."
                .formatted(i));
      }
    }
    return Optional.empty();
  }

  private static SettingRule ofSeveral(Setting<?> setting) {
    return SettingRule.mustBeRead(
        setting,
        // The settings of one of several data sets have them still.
        s -> areAsked(s) || s.get(PipelineSettings.MODELS).equals("none"),
        "neither train.data nor pipeline.models is datasets",
        TrainSettings.DATA,
        PipelineSettings.MODELS);
  }

  private static boolean areAsked(Settings settings) {
    String several = TrainingSource.DATASETS.setting();
    return settings.get(TrainSettings.DATA).equals(several)
        || Arrays.stream(settings.get(PipelineSettings.MODELS).split(","))
            .anyMatch(name -> name.strip().equals(several));
  }

  private static Optional<String> missing(Settings settings) {
    return areAsked(settings) && settings.get(DATASETS).isEmpty()
        ? Optional.of(
            "train.datasets is empty, but train.data or pipeline.models is datasets. Set"
                + " train.datasets = [ { data = gold, loss = CoSENTLoss }, ... ].")
        : Optional.empty();
  }
}
