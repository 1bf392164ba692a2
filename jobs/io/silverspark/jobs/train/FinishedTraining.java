package io.silverspark.jobs.train;

import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.model.checkpoint.CheckpointStore;

/**
 * What a training leaves, written in the one order that a kill at any moment leaves right: the
 * model, its lineage, the results in the tracked run, the stage record. After the record come the
 * two acts that say that the stage is done: the tracked run is marked as finished, the checkpoints
 * go.
 *
 * @param lineage of the model, with the facts of its training
 * @param record of the stage
 * @param progress of the training
 * @param checkpoints that a killed training would go on from
 */
record FinishedTraining(
    ModelLineage lineage,
    StageRecord record,
    TrainingProgress progress,
    CheckpointStore checkpoints) {

  /**
   * Writes all of it.
   *
   * @param model saves the model in the directory of the lineage
   */
  void write(JobContext context, Runnable model) {
    StageRecord.remove(context, record.stage());
    model.run();
    lineage.write(context);
    progress.results(lineage.metrics());
    record.write(context);
    progress.succeeded();
    checkpoints.clear();
  }
}
