package io.silverspark.model.checkpoint;

import io.silverspark.model.files.TensorData;
import java.util.Map;

/**
 * Everything that a run needs to go on as if it had not stopped.
 *
 * @param run what the run was made of, by aspect (plan, data, sampler, loss, model); another run
 *     must not go on from here
 * @param state where the run stood
 * @param tensors weights, moments and best weights, by prefixed name
 */
public record Checkpoint(
    Map<String, String> run, TrainingState state, Map<String, TensorData> tensors) {}
