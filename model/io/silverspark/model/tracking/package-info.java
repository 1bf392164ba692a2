/**
 * Writes the course of a run where other tools look for it: TensorBoard event files and MLflow's
 * file store, both plain files, without a server.
 *
 * <p>{@link io.silverspark.model.tracking.RunTracker} is what jobs talk to; {@link
 * io.silverspark.model.tracking.TrainingTracker} feeds it from a training.
 */
package io.silverspark.model.tracking;
