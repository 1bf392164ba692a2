package io.silverspark.jobs.evaluate;

import io.silverspark.model.data.TextPair;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What models are measured on.
 *
 * @param tasks in the order of the report
 * @param groups of the data sets of benchmarks, over which means are told, in the order of the
 *     tasks
 * @param retrieval search over the executors, which comes after the tasks
 * @param remarks what is left out and why, one line each
 * @param inputs versions of the tables that the rows come from, by name
 */
record EvaluationData(
    List<DataSetEvaluation> tasks,
    Map<String, String> groups,
    Optional<RetrievalTask> retrieval,
    List<String> remarks,
    Map<String, Long> inputs) {
  EvaluationData {
    tasks = List.copyOf(tasks);
    groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
    remarks = List.copyOf(remarks);
    inputs = Map.copyOf(inputs);
  }

  /** Every text that a sentence encoder has to encode, with repeats. */
  List<EvaluatedText> texts() {
    return tasks.stream().flatMap(task -> task.texts().stream()).toList();
  }

  /** Every pair that a cross-encoder has to score, once. */
  List<TextPair> distinctPairs() {
    return tasks.stream().flatMap(task -> task.pairs().stream()).distinct().toList();
  }

  /** The same for models of which none is a cross-encoder. */
  EvaluationData withoutCrossEncoders() {
    return new EvaluationData(
        tasks.stream().filter(task -> !task.isBesideCrossEncoders()).toList(),
        groups,
        retrieval,
        remarks,
        inputs);
  }

  /** What was measured, in words. */
  String description(Set<String> datasets) {
    return Stream.concat(
            tasks.stream()
                .filter(task -> datasets.contains(task.dataset()))
                .map(DataSetEvaluation::description),
            retrieval.stream().map(RetrievalTask::description))
        .collect(Collectors.joining(", "));
  }
}
