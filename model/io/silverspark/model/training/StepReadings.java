package io.silverspark.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.checkpoint.TrainingState;
import io.silverspark.model.distributed.StepCost;
import java.util.ArrayList;
import java.util.List;

/**
 * Losses and gradient norms of the steps since the last report. They stay on the device and come to
 * the host in one copy, so that a GPU does not wait for the host after each step.
 */
final class StepReadings implements AutoCloseable {
  private final NDManager parent;
  private final int capacity;
  private final List<Step> steps = new ArrayList<>();
  private NDManager kept;
  private long begin;

  /**
   * Without steps.
   *
   * @param parent of the device that trains
   * @param capacity steps of a report, at most
   */
  StepReadings(NDManager parent, int capacity) {
    this.parent = parent;
    this.capacity = capacity;
  }

  /**
   * One step whose numbers are still on the device.
   *
   * @param before the state before it
   * @param slice its batches
   * @param losses of its batches, scalars
   * @param norm of the gradients, a scalar
   * @param scale what the loss was multiplied by
   * @param learningRate of the step
   * @param examples of all batches and ranks
   * @param padding share of the tokens that were padding
   * @param shared time that the ranks spent on each other
   */
  record Step(
      TrainingState before,
      StepBatches.Slice slice,
      NDList losses,
      NDArray norm,
      double scale,
      double learningRate,
      long examples,
      double padding,
      StepCost shared) {}

  /**
   * The numbers of a step on the host.
   *
   * @param step what is known without them
   * @param losses of its batches
   * @param norm of the gradients, not multiplied
   * @param seconds that the step took, the mean over those of a report
   */
  record Reading(Step step, List<Double> losses, double norm, double seconds) {
    /** The mean loss of the batches. */
    double loss() {
      double sum = 0;
      for (double each : losses) {
        sum += each * (1.0 / losses.size());
      }
      return sum;
    }

    /** What a listener hears. */
    TrainingListener.StepReport report(int totalSteps) {
      return new TrainingListener.StepReport(
          step.before().step() + 1,
          totalSteps,
          step.before().epoch(),
          loss(),
          step.learningRate(),
          norm,
          step.examples() / seconds,
          step.padding(),
          new StepCost(
              seconds - step.shared().totalSeconds(),
              step.shared().waitingSeconds(),
              step.shared().communicationSeconds()));
    }
  }

  /** Says that a step begins; what is between two reports counts for no step. */
  void begin() {
    if (steps.isEmpty()) {
      begin = System.nanoTime();
      kept = parent.newSubManager();
    }
  }

  /** Owns the numbers of the step that began. */
  NDManager kept() {
    return kept;
  }

  void add(Step step) {
    steps.add(step);
  }

  /** Whether the next report is due. */
  boolean isFull() {
    return steps.size() >= capacity;
  }

  /**
   * Waits for the device and copies the numbers.
   *
   * @return of the steps since the last time, in order
   */
  List<Reading> read() {
    if (steps.isEmpty()) {
      return List.of();
    }
    NDList scalars = new NDList();
    for (Step step : steps) {
      step.losses().forEach(loss -> scalars.add(loss.reshape(1)));
      scalars.add(step.norm().reshape(1));
    }
    float[] values = NDArrays.concat(scalars, 0).toFloatArray();
    double seconds = (System.nanoTime() - begin) / 1e9 / steps.size();
    List<Reading> readings = new ArrayList<>();
    int next = 0;
    for (Step step : steps) {
      List<Double> losses = new ArrayList<>();
      for (int i = 0; i < step.losses().size(); i++) {
        losses.add((double) values[next++]);
      }
      readings.add(new Reading(step, losses, values[next++] / step.scale(), seconds));
    }
    close();
    return readings;
  }

  @Override
  public void close() {
    steps.clear();
    if (kept != null) {
      kept.close();
      kept = null;
    }
  }
}
