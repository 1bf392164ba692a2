package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.report.Metric;
import io.silverspark.model.evaluation.RowStatistic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Means over the benchmarks of a kind, such as {@code NanoBEIR_mean}: of each measure that all of
 * them have. Intervals resample the rows within each data set.
 */
final class GroupMeans {
  private GroupMeans() {}

  /**
   * The means of one model.
   *
   * @param groups group of each data set that has one
   * @param measures of each data set
   * @return measures by the name of the mean; none of a group with one data set
   */
  static Map<String, List<Measure>> of(
      Map<String, String> groups, Map<String, List<Measure>> measures) {
    Map<String, List<Measure>> means = new LinkedHashMap<>();
    for (String group : groups.values().stream().distinct().toList()) {
      Map<String, List<Measure>> members = new LinkedHashMap<>();
      groups.forEach(
          (dataset, of) -> {
            if (of.equals(group) && measures.containsKey(dataset)) {
              members.put(dataset, measures.get(dataset));
            }
          });
      if (members.size() > 1) {
        means.put(group + "_mean", means(group, members));
      }
    }
    return means;
  }

  private static List<Measure> means(String group, Map<String, List<Measure>> members) {
    String first = members.keySet().iterator().next();
    return members.get(first).stream()
        .map(measure -> mean(group, first, measure, List.copyOf(members.values())))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<Measure> mean(
      String group, String first, Measure measure, List<List<Measure>> members) {
    List<Measure> same =
        members.stream()
            .flatMap(
                ofOne ->
                    ofOne.stream().filter(other -> other.name().equals(measure.name())).limit(1))
            .toList();
    if (same.size() < members.size()) {
      return Optional.empty();
    }
    Metric metric =
        new Metric(
            group + "_mean" + measure.metric().id().substring(first.length()),
            group + " mean " + words(measure.metric().label()),
            measure.metric().headline());
    List<RowStatistic> statistics = same.stream().flatMap(one -> one.statistic().stream()).toList();
    long rows = same.stream().mapToLong(Measure::rows).sum();
    if (statistics.size() == same.size()) {
      return Optional.of(
          Measure.resampled(metric, measure.name(), RowStatistic.meanOf(statistics)));
    }
    double mean = same.stream().mapToDouble(Measure::value).average().orElseThrow();
    Optional<String> reason =
        IntStream.range(0, same.size())
            .mapToObj(i -> same.get(i).reason())
            .filter(text -> !text.isEmpty())
            .findFirst();
    return Optional.of(
        reason.isPresent()
            ? Measure.undefined(metric, measure.name(), rows, reason.get())
            : Measure.plain(metric, measure.name(), mean, rows));
  }

  /** A label without the name of its data set. */
  private static String words(String label) {
    return label.substring(label.indexOf(' ') + 1);
  }
}
