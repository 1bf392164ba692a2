package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.report.ModelRole;
import java.util.Map;
import java.util.Objects;

/**
 * One model of a comparison.
 *
 * @param name shown in tables, unique in the comparison
 * @param role fixes which models are compared with each other
 * @param reference directory, Hub id or built-in model
 * @param layers first layers to keep; 0 = all
 */
public record EvaluatedModel(String name, ModelRole role, String reference, int layers) {
  /** Name of the model that training started from. */
  public static final String BASE = "base";

  private static final Map<String, ModelRole> ROLES =
      Map.of(
          BASE,
          ModelRole.BASE,
          TrainingSource.GOLD.title(),
          ModelRole.GOLD,
          TrainingSource.GOLD_SILVER.title(),
          ModelRole.GOLD_AND_SILVER);

  /** Checks that nothing is null. */
  public EvaluatedModel {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(reference, "reference");
  }

  /** A model with all its layers whose role is the one its name stands for. */
  static EvaluatedModel of(String name, String reference) {
    return new EvaluatedModel(name, ROLES.getOrDefault(name, ModelRole.OTHER), reference, 0);
  }

  /** What tells the model from others where no table of models knows it. */
  String identity() {
    return layers == 0 ? reference : reference + " layers=" + layers;
  }
}
