package io.silverspark.jobs.distributed;

import io.silverspark.model.encoder.Precision;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * What every rank trains; serialised to the executors, where each rank opens a model of its own.
 */
public interface RankRecipe extends Serializable {
  /** Arithmetic of the training as the settings name it. */
  Precision precision();

  /**
   * Loads the model that training starts from, with all that goes with it.
   *
   * @param model directory of the model
   * @param device {@code cpu} or {@code cuda:N}
   * @param precision that all ranks agreed on
   * @return the same on every rank; the caller closes it
   */
  RankModel open(Path model, String device, Precision precision);
}
