package io.silverspark.jobs.report;

import io.silverspark.jobs.report.chart.Svg;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The page: the answer first, then its numbers, then the plots, then everything else folded. {@code
 * report.ftlh} and the templates that it includes lay it out; here is what they show.
 */
final class ReportPage {
  private static final Templates TEMPLATES = new Templates(ReportPage.class);

  private ReportPage() {}

  /**
   * The page of a report.
   *
   * @param jsonName file beside the page that holds its numbers
   */
  static String html(RunReport report, String jsonName) {
    Evaluation evaluation = report.evaluation();
    Map<String, Object> model = new HashMap<>();
    model.put("report", report);
    model.put("evaluation", evaluation);
    model.put("data", report.data());
    model.put("verdict", Verdict.of(evaluation));
    model.put("undefinedHeadlines", UndefinedValues.sentences(evaluation, evaluation.headlines()));
    model.put("undefinedDetails", UndefinedValues.sentences(evaluation, evaluation.details()));
    SeriesColours colours = new SeriesColours(evaluation);
    model.put(
        "colours",
        evaluation.models().stream()
            .map(ModelResult::name)
            .distinct()
            .collect(Collectors.toMap(name -> name, colours::of)));
    model.put("figures", figures(report, colours));
    model.put("json", jsonName);
    model.put("display", Display.FUNCTIONS);
    return Svg.printable(TEMPLATES.render("report.ftlh", model));
  }

  private static Map<String, Object> figures(RunReport report, SeriesColours colours) {
    EvaluationFigures ofModels = new EvaluationFigures(report.evaluation(), colours);
    RunFigures ofRun = new RunFigures(report, colours);
    return Map.of(
        "results", ofModels.results(),
        "scatter", ofModels.scatter(),
        "costs", ofModels.costs(),
        "training", ofRun.training(),
        "optimizer", ofRun.optimizer(),
        "labels", ofRun.labels(),
        "stages", ofRun.stages());
  }
}
