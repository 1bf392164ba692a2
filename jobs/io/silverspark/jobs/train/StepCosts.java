package io.silverspark.jobs.train;

import io.silverspark.model.distributed.StepCost;
import java.util.Locale;
import java.util.Map;

/**
 * Where the time of the steps went, as rank 0 saw it. The first step, in which everything is warmed
 * up, does not count.
 */
final class StepCosts {
  private int steps = -1;
  private double compute;
  private double waiting;
  private double communication;

  void add(StepCost cost) {
    steps++;
    if (steps > 0) {
      compute += cost.computeSeconds();
      waiting += cost.waitingSeconds();
      communication += cost.communicationSeconds();
    }
  }

  /** Shares in percent; empty for a run with one rank. */
  String text() {
    double total = compute + waiting + communication;
    return waiting + communication == 0
        ? ""
        : String.format(
            Locale.ROOT,
            "compute %.0f %%, waiting %.0f %%, communication %.0f %%",
            100 * compute / total,
            100 * waiting / total,
            100 * communication / total);
  }

  /** Means in seconds a step; empty for a run with one rank. */
  Map<String, Object> facts() {
    return waiting + communication == 0
        ? Map.of()
        : Map.of(
            "compute seconds a step", rounded(compute),
            "waiting seconds a step", rounded(waiting),
            "communication seconds a step", rounded(communication));
  }

  private double rounded(double sum) {
    return Math.round(sum / steps * 1e4) / 1e4;
  }
}
