package io.silverspark.jobs.config;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingRule;
import io.silverspark.model.config.Settings;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.ChosenLoss;
import io.silverspark.model.loss.DataShape;
import io.silverspark.model.loss.NamedLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a bi-encoder learns from and how, as far as it decides which settings of {@code train.*} are
 * read. What is not read is no part of a training's fingerprint, and is refused where the user set
 * it and no training of the settings reads it.
 *
 * @param source which rows
 * @param goldSource value of {@code gold.source}
 * @param loss of these rows
 * @param oneOfSeveral whether it is a data set of {@code train.datasets}
 */
public record TrainingUse(
    TrainingSource source, String goldSource, NamedLoss loss, boolean oneOfSeveral) {

  /**
   * The trainings that {@code train.data}, {@code pipeline.models}, {@code train.datasets} name.
   */
  static List<TrainingUse> of(Settings settings) {
    List<TrainingSource> sources =
        new ArrayList<>(TrainingSource.list(settings.get(PipelineSettings.MODELS)));
    sources.add(TrainingSource.of(settings.get(TrainSettings.DATA)));
    return of(settings, sources);
  }

  private static List<TrainingUse> of(Settings settings, List<TrainingSource> sources) {
    List<TrainingUse> uses = new ArrayList<>();
    String goldSource = settings.get(GoldSettings.SOURCE);
    String loss = settings.get(TrainSettings.LOSS);
    Map<String, String> parameters = settings.get(TrainSettings.LOSS_PARAMETERS);
    for (TrainingSource source : sources) {
      if (source != TrainingSource.DATASETS) {
        uses.add(of(source, goldSource, loss, parameters, false));
      }
    }
    for (Map<String, String> dataset : settings.get(DatasetSettings.DATASETS)) {
      uses.add(
          of(
              TrainingSource.of(dataset.getOrDefault("data", "")),
              dataset.getOrDefault("source", goldSource),
              dataset.getOrDefault("loss", loss),
              DatasetSettings.lossParameters(dataset).orElse(parameters),
              true));
    }
    return uses;
  }

  private static TrainingUse of(
      TrainingSource source,
      String goldSource,
      String loss,
      Map<String, String> parameters,
      boolean oneOfSeveral) {
    NamedLoss named =
        loss.equals(LossRules.AUTO)
            ? source.usualLoss(goldSource)
            : ChosenLoss.of(loss, parameters).loss();
    return new TrainingUse(source, goldSource, named, oneOfSeveral);
  }

  /** The rows that the loss takes; empty if it fits none of these data. */
  private Optional<DataShape> shape() {
    return source.shapes(goldSource).stream().filter(loss.shapes()::contains).findFirst();
  }

  /** Whether this training depends on a setting of the group {@link TrainSettings}. */
  public boolean reads(Setting<?> setting) {
    return whyNot(setting).isEmpty();
  }

  private Optional<String> whyNot(Setting<?> setting) {
    boolean silver = source == TrainingSource.GOLD_SILVER;
    if (setting == TrainSettings.DATA) {
      return Optional.of("it chooses the training");
    }
    if (setting == TrainSettings.TEACHER) {
      return unless(
          loss.teacher() != NamedLoss.Teacher.NONE, loss.title() + " uses no other model");
    }
    if (setting == TrainSettings.MATCH_CLASS) {
      return unless(
          loss.teacher() == NamedLoss.Teacher.CROSS_ENCODER,
          loss.title() + " uses no cross-encoder");
    }
    if (setting == TrainSettings.POSITIVES) {
      boolean pairs = silver || source == TrainingSource.GOLD;
      return unless(
          pairs && shape().equals(Optional.of(DataShape.POSITIVE_PAIRS)),
          "%s learns from %s here, not from gold pairs that count as positives"
              .formatted(loss.title(), shape().map(DataShape::title).orElse("no rows")));
    }
    if (setting == TrainSettings.HARD_NEGATIVES) {
      return source != TrainingSource.TRIPLETS
          ? Optional.of("only triplets have hard negatives")
          : unless(
              shape().filter(TrainingSource::areLabelledPairs).isEmpty(),
              loss.title() + " learns from a pair for each text that was mined");
    }
    if (setting == TrainSettings.SILVER_EPOCHS) {
      return unless(silver && !oneOfSeveral, "only train.data = gold+silver counts silver epochs");
    }
    if (setting == TrainSettings.PLAN.epochs()) {
      return unless(!silver || oneOfSeveral, "train.silverEpochs counts the epochs of gold+silver");
    }
    if (setting == TrainSettings.GOLD_REPEAT) {
      return !silver
          ? Optional.of("only train.data = gold+silver repeats gold rows")
          : unless(
              !shape().equals(Optional.of(DataShape.SENTENCES)),
              loss.title() + " takes each text once");
    }
    return Optional.empty();
  }

  private static Optional<String> unless(boolean read, String reason) {
    return read ? Optional.empty() : Optional.of(reason);
  }

  /** Refuses a setting of the user's that no training of the settings reads. */
  static SettingRule mustBeRead(Setting<?> setting) {
    return new SettingRule(
        List.of(setting, PipelineSettings.MODELS),
        settings ->
            SettingRule.isChosen(settings, setting) ? unread(settings, setting) : Optional.empty());
  }

  private static Optional<String> unread(Settings settings, Setting<?> setting) {
    List<TrainingUse> uses;
    try {
      uses = of(settings);
    } catch (IllegalArgumentException | IllegalStateException e) {
      return Optional.empty(); // data or loss are not valid, which is told of them
    }
    if (uses.isEmpty() || uses.stream().anyMatch(use -> use.reads(setting))) {
      return Optional.empty();
    }
    TrainingUse last = uses.get(uses.size() - 1);
    return Optional.of(SettingRule.unreadText(setting, last.whyNot(setting).orElseThrow()));
  }

  /** Refuses the prompt of a column that no training of the settings has. */
  static SettingRule promptsMustBeRead() {
    return new SettingRule(
        List.of(
            TrainSettings.PROMPTS,
            TrainSettings.DATA,
            DatasetSettings.DATASETS,
            PipelineSettings.MODELS),
        TrainingUse::unreadPrompt);
  }

  private static Optional<String> unreadPrompt(Settings settings) {
    boolean oneOfSeveral =
        settings.get(PipelineSettings.MODELS).equals("none")
            && !settings.get(DatasetSettings.DATASETS).isEmpty()
            && !settings.get(TrainSettings.DATA).equals(TrainingSource.DATASETS.setting());
    if (oneOfSeveral) {
      return Optional.empty(); // what stands outside may be for the others
    }
    boolean dataAlone =
        SettingRule.isChosen(settings, TrainSettings.DATA)
            && !SettingRule.isChosen(settings, PipelineSettings.MODELS);
    List<TrainingUse> uses;
    try {
      uses =
          dataAlone
              ? of(settings, List.of(TrainingSource.of(settings.get(TrainSettings.DATA))))
              : of(settings);
    } catch (IllegalArgumentException | IllegalStateException e) {
      return Optional.empty(); // data or loss are not valid, which is told of them
    }
    List<String> columns = uses.stream().flatMap(use -> use.columns().stream()).distinct().toList();
    return uses.isEmpty()
        ? Optional.empty()
        : unreadPrompt(settings.get(TrainSettings.PROMPTS).keySet(), columns);
  }

  private static Optional<String> unreadPrompt(Set<String> prompts, List<String> columns) {
    return prompts.stream()
        .filter(column -> ColumnPrompts.isKnown(column) && !columns.contains(column))
        .findFirst()
        .map(
            column ->
                SettingRule.unreadText(
                    TrainSettings.PROMPTS + "." + column,
                    "the columns are " + String.join(", ", columns)));
  }

  private List<String> columns() {
    return shape().map(rows -> ColumnPrompts.columns(source, rows)).orElse(List.of());
  }

  /**
   * Refuses a setting that a data set has of its own and does not read.
   *
   * @throws UserException naming the place of the data set and the key
   */
  static void requireRead(String place, Map<String, String> dataset, TrainingUse use) {
    DatasetSettings.overrides(dataset)
        .keySet()
        .forEach(
            setting -> {
              Optional<String> reason =
                  setting == TrainSettings.DATA ? Optional.empty() : use.whyNot(setting);
              reason.ifPresent(
                  why -> {
                    throw new UserException(place + ": " + SettingRule.unreadText(setting, why));
                  });
            });
    unreadPrompt(DatasetSettings.prompts(dataset).keySet(), use.columns())
        .ifPresent(
            why -> {
              throw new UserException(place + ": " + why);
            });
  }
}
