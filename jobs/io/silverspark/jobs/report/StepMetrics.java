package io.silverspark.jobs.report;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * One recorded training step; in JSON {@code [step, loss, learningRate, gradientNorm]}. NaN for
 * what was not measured.
 *
 * @param gradientNorm before clipping
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"step", "loss", "learningRate", "gradientNorm"})
public record StepMetrics(int step, double loss, double learningRate, double gradientNorm) {}
