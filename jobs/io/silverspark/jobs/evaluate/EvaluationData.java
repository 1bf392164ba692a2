package io.silverspark.jobs.evaluate;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What models are measured on.
 *
 * @param tasks in the order of the report
 * @param remarks what is left out and why, one line each
 * @param inputs versions of the tables that the rows come from, by name
 */
record EvaluationData(
    List<DataSetEvaluation> tasks, List<String> remarks, Map<String, Long> inputs) {
  EvaluationData {
    tasks = List.copyOf(tasks);
    remarks = List.copyOf(remarks);
    inputs = Map.copyOf(inputs);
  }

  /** Every text that a model has to encode, once. */
  List<String> distinctTexts() {
    return tasks.stream().flatMap(task -> task.texts().stream()).distinct().toList();
  }

  String description() {
    return tasks.stream().map(DataSetEvaluation::description).collect(Collectors.joining(", "));
  }
}
