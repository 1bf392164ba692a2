package io.silverspark.model.sampling;

import java.util.List;

/**
 * Divides the examples of a training set into batches, again in each epoch.
 *
 * <p>Implementations are immutable: the same epoch gives the same batches, so epoch and position
 * are all the state that a checkpoint needs.
 */
public interface BatchSampler {
  /**
   * The batches of one epoch, in order of use.
   *
   * @param epoch from 0
   * @return example indices by batch; no batch is empty
   */
  List<int[]> batches(int epoch);

  /**
   * Kind, sizes and seed in one line. A checkpoint keeps it, and a run with another description is
   * not resumed from that checkpoint.
   */
  String description();
}
