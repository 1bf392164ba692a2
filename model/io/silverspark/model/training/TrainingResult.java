package io.silverspark.model.training;

import io.silverspark.model.encoder.Precision;
import java.util.OptionalDouble;

/**
 * How a run ended. The model holds the best weights where it was evaluated, else the last ones.
 *
 * @param steps optimizer steps done, earlier runs of the same checkpoint included
 * @param bestScore highest evaluation score, if the model was evaluated
 * @param bestStep step of the weights that the model holds now
 * @param stoppedEarly whether the {@link StopRule} ended the run
 * @param precision of the matrix products, as it was chosen on the device
 */
public record TrainingResult(
    int steps, OptionalDouble bestScore, int bestStep, boolean stoppedEarly, Precision precision) {}
