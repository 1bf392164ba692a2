package io.silverspark.jobs.pipeline;

import io.silverspark.jobs.config.PipelineSettings;
import io.silverspark.jobs.config.RetrainSettings;
import io.silverspark.jobs.config.SettingEvidence;
import io.silverspark.jobs.report.Evaluation;
import io.silverspark.jobs.report.PairedDifference;
import java.util.List;

/** The stages of the pipeline. */
public final class PipelineEvidence {
  private static final PairedDifference DIFFERENCE = difference("sts_spearman", 0.3);
  private static final Evaluation EVALUATION =
      new Evaluation(
          "", List.of(), List.of(), List.of(), List.of(DIFFERENCE, difference("sts_pearson", 0.4)));

  private PipelineEvidence() {}

  private static PairedDifference difference(String metric, double value) {
    return new PairedDifference(metric, "in use", "new", value, value - 0.1, value + 0.1, 0, true);
  }

  public static void add(SettingEvidence evidence) {
    SettingEvidence.Outcome stages =
        context -> PipelinePlan.of(context).stream().map(PipelineStage::name).toList();
    evidence.changes(PipelineSettings.MODELS, "triplets", stages);
    evidence.changes(PipelineSettings.PRETRAIN, "true", stages);
    evidence.changes(
        RetrainSettings.MINIMUM_NEW_ROWS, "7", context -> RetrainJob.isEnough(context, 10));
    evidence.changes(
        RetrainSettings.MARGIN, "0.5", context -> RetrainJob.isBetter(context, DIFFERENCE));
    evidence.changes(
        RetrainSettings.METRIC,
        "sts_pearson",
        context -> RetrainJob.difference(context, EVALUATION).difference());
    evidence.changes(
        RetrainSettings.REGISTRY, "elsewhere", context -> ModelsInUse.of(context).directory());
    evidence.changes(
        RetrainSettings.MLFLOW,
        "http://localhost:5000",
        context -> ModelsInUse.of(context).mlflow());
    evidence.changes(
        RetrainSettings.UNITY_CATALOG,
        "http://localhost:8080",
        context -> ModelsInUse.of(context).unityCatalog(),
        "retrain.model=main.search.tickets");
    evidence.changes(
        RetrainSettings.MODEL,
        "search",
        context -> ModelsInUse.of(context).model(),
        "retrain.mlflow=http://localhost:5000");
    evidence.isRefused(
        RetrainSettings.MODEL,
        "search",
        "retrain.model is set, but nothing reads it: there is neither retrain.mlflow nor retrain.unityCatalog. Remove it.");
  }
}
