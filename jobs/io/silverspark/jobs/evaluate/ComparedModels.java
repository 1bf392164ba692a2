package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.config.EvaluateSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.report.ModelRole;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.model.error.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which models a comparison is about, in the order of its tables. */
public final class ComparedModels {
  private ComparedModels() {}

  /**
   * The models of a run: the base model cut as {@code model.layers} says, the pretrained one and
   * those that were trained so far, its cross-encoder if {@code evaluate.cross} and the uncut base
   * model if {@code evaluate.full} asks for it.
   */
  public static List<EvaluatedModel> ofRun(JobContext context) {
    String base = context.get(ModelSettings.BASE);
    int layers = context.get(ModelSettings.LAYERS);
    List<EvaluatedModel> models = new ArrayList<>();
    models.add(new EvaluatedModel(EvaluatedModel.BASE, ModelRole.BASE, base, layers));
    Path pretrained = RunLayout.of(context).model(RunLayout.PRETRAINED);
    if (Files.isDirectory(pretrained)) {
      models.add(EvaluatedModel.of(RunLayout.PRETRAINED, pretrained.toString()));
    }
    for (TrainingSource source : TrainingSource.values()) {
      Path directory = RunLayout.of(context).model(source.directory());
      if (Files.isDirectory(directory)) {
        models.add(EvaluatedModel.of(source.title(), directory.toString()));
      }
    }
    Path cross = RunLayout.of(context).model(RunLayout.CROSS_ENCODER);
    if (context.get(EvaluateSettings.CROSS) && Files.isDirectory(cross)) {
      models.add(EvaluatedModel.of("cross-encoder", cross.toString()));
    }
    if (context.get(EvaluateSettings.FULL) && layers > 0) {
      models.add(new EvaluatedModel("full", ModelRole.OTHER, base, 0));
    }
    return models;
  }

  /**
   * The models that a user names.
   *
   * @param options each {@code NAME=REFERENCE}, or a reference that is its own name
   * @throws UserException if two have the same name or one is empty
   */
  public static List<EvaluatedModel> parse(List<String> options) {
    Set<String> names = new HashSet<>();
    List<EvaluatedModel> models = new ArrayList<>();
    for (String option : options) {
      int equals = option.indexOf('=');
      String name = (equals < 0 ? option : option.substring(0, equals)).strip();
      String reference = option.substring(equals + 1).strip();
      if (name.isEmpty() || reference.isEmpty()) {
        throw new UserException(
            "model '%s' is not valid: expected NAME=REFERENCE or REFERENCE.".formatted(option));
      }
      if (!names.add(name)) {
        throw new UserException(
            "Two models are named '%s'. Give them names: NAME=REFERENCE.".formatted(name));
      }
      models.add(EvaluatedModel.of(name, reference));
    }
    return models;
  }
}
