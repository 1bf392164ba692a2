package io.silverspark.jobs.report;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Objects;

/**
 * The course of one training run.
 *
 * @param name title of its plot, such as {@code bi-encoder, gold only}
 * @param model {@link ModelResult#name()} of what it trained, for the colour; any other text (a
 *     cross-encoder, say) gets a colour of its own
 * @param scoreName what {@code evaluations} measure, such as {@code validation Spearman}
 * @param stepsPerSecond NaN if not measured
 * @param paddingShare padding tokens among all tokens, 0 to 1; NaN if not measured
 */
public record TrainingCurve(
    String name,
    String model,
    String scoreName,
    List<StepMetrics> steps,
    List<EvaluationPoint> evaluations,
    double stepsPerSecond,
    double paddingShare) {

  public TrainingCurve {
    Objects.requireNonNull(name, "name");
    model = model == null ? "" : model;
    scoreName = scoreName == null ? "score" : scoreName;
    steps = steps == null ? List.of() : List.copyOf(steps);
    evaluations = evaluations == null ? List.of() : List.copyOf(evaluations);
  }

  /** A score measured during training; in JSON {@code [step, score]}. */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  @JsonPropertyOrder({"step", "score"})
  public record EvaluationPoint(int step, double score) {}

  /**
   * One recorded training step; in JSON {@code [step, loss, learningRate, gradientNorm]}. NaN for
   * what was not measured.
   *
   * @param gradientNorm before clipping
   */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  @JsonPropertyOrder({"step", "loss", "learningRate", "gradientNorm"})
  public record StepMetrics(int step, double loss, double learningRate, double gradientNorm) {}
}
