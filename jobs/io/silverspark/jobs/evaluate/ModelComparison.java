package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.config.EvaluateSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.report.Evaluation;
import io.silverspark.jobs.report.Metric;
import io.silverspark.jobs.report.MetricValue;
import io.silverspark.jobs.report.ModelResult;
import io.silverspark.jobs.report.PairedDifference;
import io.silverspark.jobs.report.ScatterPoint;
import io.silverspark.jobs.run.Console;
import io.silverspark.jobs.run.Progress;
import io.silverspark.model.config.Settings;
import io.silverspark.model.evaluation.PairedBootstrap;
import io.silverspark.model.evaluation.Resampling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures models one after the other on the same rows and says how sure their differences are.
 * Every interval comes from the same resamples, so paired ones are paired.
 */
final class ModelComparison {
  private final EvaluationData data;
  private final TextEncoding encoding;
  private final Resampling resampling;
  private final long seed;
  private final Console console;

  ModelComparison(EvaluationData data, TextEncoding encoding, Settings settings, Console console) {
    this.data = data;
    this.encoding = encoding;
    this.seed = settings.get(RunSettings.SEED);
    this.resampling =
        new Resampling(
            settings.get(EvaluateSettings.RESAMPLES),
            settings.get(EvaluateSettings.CONFIDENCE),
            seed);
    this.console = console;
  }

  /**
   * All numbers of one model.
   *
   * @param measures by name of the data set
   */
  record MeasuredModel(
      EvaluatedModel model, Map<String, List<Measure>> measures, ModelResult result) {
    /** The measures of all data sets, in the order of the report. */
    List<Measure> all() {
      return measures.values().stream().flatMap(List::stream).toList();
    }
  }

  /** Encodes and measures each model. */
  List<MeasuredModel> measure(List<EvaluatedModel> models) {
    List<String> texts = data.distinctTexts();
    return models.stream().map(model -> measure(model, texts)).toList();
  }

  private MeasuredModel measure(EvaluatedModel model, List<String> texts) {
    TextVectors vectors;
    try (Progress progress = console.progress("encode, " + model.name(), texts.size())) {
      vectors = new TextVectors(texts, encoding.encode(model, texts, progress));
    }
    Map<String, List<Measure>> measures = new LinkedHashMap<>();
    Map<String, MetricValue> values = new LinkedHashMap<>();
    List<ScatterPoint> points = new ArrayList<>();
    try (Progress progress = console.progress("score, " + model.name(), data.tasks().size())) {
      for (DataSetEvaluation task : data.tasks()) {
        List<Measure> ofTask = task.measure(vectors);
        measures.put(task.dataset(), ofTask);
        ofTask.forEach(
            measure -> values.put(measure.metric().id(), measure.withInterval(resampling)));
        points.addAll(task.points(vectors));
        progress.advance(1);
      }
    }
    ModelResult result =
        new ModelResult(model.name(), model.role(), model.reference(), values, points);
    return new MeasuredModel(model, measures, result);
  }

  /** The table and the differences of the models that answer a question together. */
  Evaluation evaluation(List<MeasuredModel> models) {
    List<Metric> metrics = models.get(0).all().stream().map(Measure::metric).toList();
    List<PairedDifference> differences = new ArrayList<>();
    for (ComparedPair pair :
        ComparedPair.among(models.stream().map(MeasuredModel::model).toList())) {
      addDifferences(differences, models.get(pair.from()), models.get(pair.to()));
    }
    String note =
        String.format(
            Locale.ROOT,
            "%s; %,d resamples, seed %d",
            data.description(),
            resampling.resamples(),
            seed);
    return new Evaluation(
        note,
        List.of(seed),
        metrics,
        models.stream().map(MeasuredModel::result).toList(),
        differences);
  }

  private void addDifferences(
      List<PairedDifference> differences, MeasuredModel from, MeasuredModel to) {
    List<Measure> baseline = from.all();
    List<Measure> candidate = to.all();
    for (int i = 0; i < baseline.size(); i++) {
      Metric metric = baseline.get(i).metric();
      if (metric.headline() && baseline.get(i).statistic().isPresent()) {
        PairedBootstrap bootstrap =
            PairedBootstrap.of(
                baseline.get(i).statistic().orElseThrow(),
                candidate.get(i).statistic().orElseThrow(),
                resampling);
        differences.add(difference(metric, from.model(), to.model(), bootstrap));
      }
    }
  }

  private static PairedDifference difference(
      Metric metric, EvaluatedModel from, EvaluatedModel to, PairedBootstrap bootstrap) {
    return new PairedDifference(
        metric.id(),
        from.name(),
        to.name(),
        bootstrap.difference(),
        bootstrap.lower(),
        bootstrap.upper(),
        bootstrap.shareNotAbove(),
        bootstrap.lower() > 0 || bootstrap.upper() < 0);
  }
}
