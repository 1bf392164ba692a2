package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.evaluate.ModelComparison.MeasuredModel;
import io.silverspark.jobs.report.ModelCost;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.tracking.RunTracking;
import io.silverspark.model.tracking.RunTracker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Tells the tracking tools what was measured: {@code DATASET/METRIC} and the cost, at step 0, one
 * run a model. Closed before {@link #succeeded}, the runs count as failed.
 */
final class EvaluationTracking implements AutoCloseable {
  private final List<RunTracker> runs = new ArrayList<>();

  private EvaluationTracking() {}

  /**
   * Writes the values.
   *
   * @param ids of the models by name, as the table of metrics has them
   */
  static EvaluationTracking of(
      JobContext context, List<MeasuredModel> models, Map<String, String> ids) {
    EvaluationTracking tracking = new EvaluationTracking();
    try {
      for (MeasuredModel model : models) {
        String name = model.model().name();
        RunTracker run = RunTracking.evaluation(context, name, ids.get(name));
        tracking.runs.add(run);
        write(run, model);
      }
      return tracking;
    } catch (Exception e) {
      tracking.close();
      throw e;
    }
  }

  private static void write(RunTracker run, MeasuredModel model) {
    model
        .measures()
        .forEach(
            (dataset, measures) ->
                measures.forEach(
                    measure -> run.scalar(dataset + "/" + measure.name(), 0, measure.value())));
    ModelCost cost = model.result().cost();
    run.scalar("cost/parameters", 0, cost.parameters());
    run.scalar("cost/megabytes", 0, cost.megabytes());
    run.scalar("cost/" + cost.unit() + "_per_second", 0, cost.perSecond());
    run.parameters(Map.of("evaluated_model", model.model().reference()));
  }

  /** The stage has its record. */
  void succeeded() {
    runs.forEach(run -> run.finish(RunTracker.Status.FINISHED));
  }

  @Override
  public void close() {
    runs.forEach(RunTracker::close);
  }
}
