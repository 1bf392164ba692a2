package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.evaluate.ModelComparison.MeasuredModel;
import io.silverspark.jobs.report.ModelCost;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.tracking.RunTracking;
import io.silverspark.model.tracking.RunTracker;
import java.util.List;
import java.util.Map;

/** Tells the tracking tools what was measured: {@code DATASET/METRIC} and the cost, at step 0. */
final class EvaluationTracking {
  private EvaluationTracking() {}

  /**
   * One run a model.
   *
   * @param ids of the models by name, as the table of metrics has them
   */
  static void write(JobContext context, List<MeasuredModel> models, Map<String, String> ids) {
    for (MeasuredModel model : models) {
      String name = model.model().name();
      try (RunTracker tracker = RunTracking.evaluation(context, name, ids.get(name))) {
        model
            .measures()
            .forEach(
                (dataset, measures) ->
                    measures.forEach(
                        measure ->
                            tracker.scalar(dataset + "/" + measure.name(), 0, measure.value())));
        ModelCost cost = model.result().cost();
        tracker.scalar("cost/parameters", 0, cost.parameters());
        tracker.scalar("cost/megabytes", 0, cost.megabytes());
        tracker.scalar("cost/" + cost.unit() + "_per_second", 0, cost.perSecond());
        tracker.parameters(Map.of("evaluated_model", model.model().reference()));
        tracker.finish(RunTracker.Status.FINISHED);
      }
    }
  }
}
