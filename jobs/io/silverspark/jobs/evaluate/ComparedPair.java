package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.report.ModelRole;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Two models of a list whose difference is told.
 *
 * @param from index of the model to beat
 * @param to index of the other one
 */
record ComparedPair(int from, int to) {
  /**
   * The pairs of a comparison: gold only against gold + silver, and every other model against the
   * base model, or against the first one if there is no base model.
   */
  static List<ComparedPair> among(List<EvaluatedModel> models) {
    int base = Math.max(0, indexOf(ModelRole.BASE, models));
    int gold = indexOf(ModelRole.GOLD, models);
    int silver = indexOf(ModelRole.GOLD_AND_SILVER, models);
    boolean labelled = gold >= 0 && silver >= 0;
    Stream<ComparedPair> question =
        labelled ? Stream.of(new ComparedPair(gold, silver)) : Stream.empty();
    Stream<ComparedPair> others =
        IntStream.range(0, models.size())
            .filter(model -> model != base)
            .mapToObj(model -> new ComparedPair(base, model))
            .filter(pair -> !labelled || !pair.joins(gold, silver));
    return Stream.concat(question, others).toList();
  }

  private boolean joins(int one, int other) {
    return (from == one && to == other) || (from == other && to == one);
  }

  private static int indexOf(ModelRole role, List<EvaluatedModel> models) {
    return IntStream.range(0, models.size())
        .filter(model -> models.get(model).role() == role)
        .findFirst()
        .orElse(-1);
  }
}
