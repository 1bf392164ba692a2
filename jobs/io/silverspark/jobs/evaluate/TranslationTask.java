package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.evaluate.EvaluatedText.Role;
import io.silverspark.jobs.report.Metric;
import io.silverspark.model.evaluation.MseEvaluator;
import io.silverspark.model.evaluation.TranslationEvaluator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Texts and their translations: whether they find each other, or how far a model's vectors of the
 * translations are from a teacher's vectors of the texts.
 */
final class TranslationTask implements DataSetEvaluation {
  private final String name;
  private final List<String> sources;
  private final List<String> targets;
  private final Optional<Function<List<String>, float[][]>> teacher;

  private TranslationTask(
      String name,
      List<String> sources,
      List<String> targets,
      Optional<Function<List<String>, float[][]>> teacher) {
    this.name = name;
    this.sources = List.copyOf(sources);
    this.targets = List.copyOf(targets);
    this.teacher = teacher;
  }

  /** Finding each other. */
  static TranslationTask ofMatching(String name, List<String> sources, List<String> targets) {
    return new TranslationTask(name, sources, targets, Optional.empty());
  }

  /**
   * Distance from a teacher.
   *
   * @param teacher encodes the sources; asked when the first model is measured
   */
  static TranslationTask ofTeacher(
      String name,
      List<String> sources,
      List<String> targets,
      Function<List<String>, float[][]> teacher) {
    return new TranslationTask(name, sources, targets, Optional.of(teacher));
  }

  @Override
  public String dataset() {
    return name;
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT,
        teacher.isPresent() ? "%,d texts of %s for the teacher" : "%,d translations of %s",
        sources.size(),
        name);
  }

  @Override
  public List<EvaluatedText> texts() {
    List<EvaluatedText> texts = new ArrayList<>();
    if (teacher.isEmpty()) {
      EvaluatedText.of(Role.TEXT, sources).forEach(texts::add);
    }
    EvaluatedText.of(Role.TEXT, targets).forEach(texts::add);
    return texts;
  }

  @Override
  public List<Measure> measure(TextVectors vectors) {
    float[][] found = vectors.of(Role.TEXT, targets);
    if (teacher.isPresent()) {
      return List.of(distance(teacher.get().apply(sources), found));
    }
    TranslationEvaluator.Scores scores =
        TranslationEvaluator.evaluate(vectors.of(Role.TEXT, sources), found);
    return List.of(
        Measure.resampled(
            metric("mean_accuracy", "mean accuracy", true), "mean_accuracy", scores.meanAccuracy()),
        Measure.resampled(
            metric("src2trg_accuracy", "accuracy, source to target", false),
            "src2trg_accuracy",
            scores.sourceToTargetAccuracy()),
        Measure.resampled(
            metric("trg2src_accuracy", "accuracy, target to source", false),
            "trg2src_accuracy",
            scores.targetToSourceAccuracy()));
  }

  private Measure distance(float[][] taught, float[][] found) {
    Metric metric = metric("negative_mse", "negative MSE", true);
    return taught[0].length == found[0].length
        ? Measure.resampled(metric, "negative_mse", MseEvaluator.evaluate(taught, found))
        : Measure.undefined(
            metric,
            "negative_mse",
            taught.length,
            "the teacher's vectors have %d components and the model's %d"
                .formatted(taught[0].length, found[0].length));
  }

  private Metric metric(String id, String label, boolean headline) {
    return new Metric(name + "_" + id, name + " " + label, headline);
  }
}
