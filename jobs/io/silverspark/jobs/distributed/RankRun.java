package io.silverspark.jobs.distributed;

import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.distributed.Collective;
import io.silverspark.model.distributed.GradientReducer;
import io.silverspark.model.training.StopRule;
import io.silverspark.model.training.Trainer;
import io.silverspark.model.training.TrainingListener;
import io.silverspark.model.training.TrainingResult;

/**
 * How one rank trains, wherever it runs.
 *
 * @param collective connects it with the others
 * @param nativeThreads of its operations
 * @param driftSteps between comparisons of the weights
 */
record RankRun(Collective collective, int nativeThreads, int driftSteps) {
  TrainingResult train(RankModel rank, CheckpointStore checkpoints, TrainingListener listener) {
    Trainer trainer =
        new Trainer(rank.model(), rank.plan())
            .reducer(GradientReducer.over(collective))
            .listener(collective.rank() == 0 ? listener : TrainingListener.NONE)
            .checkpoints(checkpoints)
            .driftSteps(driftSteps)
            .nativeThreads(nativeThreads);
    rank.evaluation().ifPresent(score -> trainer.evaluation(score, StopRule.never()));
    return trainer.train(rank.data());
  }
}
