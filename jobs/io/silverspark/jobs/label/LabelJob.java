package io.silverspark.jobs.label;

import io.silverspark.jobs.config.SilverSettings;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.jobs.stream.FollowOptions;
import io.silverspark.jobs.table.CandidatePairsTable;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.error.UserException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Scores the candidate pairs with the cross-encoder, a chunk at a time. A chunk is committed whole
 * and once, so a job that was killed goes on with the chunks that are missing. Labels are kept as
 * long as their pair is a candidate and cross-encoder and settings are the same: new candidates
 * cost their own labelling and no more. Pairs that cannot be scored go to the table {@code
 * quarantine}.
 */
@Command(
    name = "label",
    description = "Labels the candidate pairs with the cross-encoder: the silver pairs.")
public final class LabelJob implements Job {
  /** Name of the stage and of its record. */
  public static final String STAGE = "label";

  private static final long LEAST_PAUSE_MILLIS = 100;

  @Mixin private final FollowOptions follow = new FollowOptions();

  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new LabelJob(), args);
  }

  @Override
  public void check(JobContext context) {
    follow.check();
  }

  @Override
  public void run(JobContext context) {
    check(context);
    if (follow.follows()) {
      follow(context);
    } else {
      LabellingModel model = LabellingModel.of(context);
      label(context, model, candidates(context));
    }
  }

  /** Looks for another version of the candidates; each turn is a run, which labels what is new. */
  private void follow(JobContext context) {
    StoredTable table = TableStore.of(context).table(CandidatePairsTable.DEFINITION);
    long last = -1;
    do {
      CandidateChunks candidates = table.version() == last ? null : CandidateChunks.of(table);
      if (candidates != null) {
        if (candidates.chunks().isEmpty()) {
          context.console().tell("label: there are no candidate pairs yet");
        } else {
          label(context, LabellingModel.of(context), candidates);
        }
        last = candidates.version();
      }
    } while (follow.isEndless() && pause());
  }

  /** False if the thread is to end. */
  private boolean pause() {
    try {
      Thread.sleep(Math.max(LEAST_PAUSE_MILLIS, follow.seconds() * 1000L));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void label(JobContext context, LabellingModel model, CandidateChunks candidates) {
    String labelling = labelling(context, model);
    String fingerprint = fingerprint(labelling, candidates);
    if (isCurrent(context, fingerprint)) {
      context.console().tell("label: up to date");
      return;
    }
    if (candidates.chunks().isEmpty()) {
      throw new UserException(
          "candidate_pairs@v%d is empty, so there is nothing to label. Check silver.corpus and"
                  .formatted(candidates.version())
              + " gold.rows and run 'mine' again.");
    }
    new Labelling(context, model, candidates, labelling).run(fingerprint).write(context);
  }

  /** What the label of a pair depends on, besides the pair: not which other pairs there are. */
  private static String labelling(JobContext context, LabellingModel model) {
    Fingerprint fingerprint =
        new Fingerprint(STAGE)
            .setting(context.settings(), SilverSettings.LABELS)
            .setting(context.settings(), SilverSettings.MAX_CHARACTERS);
    model.describe(fingerprint);
    return fingerprint.digest();
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    check(context);
    LabellingModel model = LabellingModel.of(context);
    CandidateChunks candidates = candidates(context);
    String labelling = labelling(context, model);
    StoredTable silver = TableStore.of(context).table(SilverPairsTable.DEFINITION);
    long done =
        silver.exists() ? silver.read().where("labelling = '" + labelling + "'").count() : 0;
    PlannedStage planned =
        PlannedStage.of(
            STAGE,
            isCurrent(context, fingerprint(labelling, candidates)),
            Map.of(CandidatePairsTable.DEFINITION.name(), candidates.total()),
            List.of(silver.path()),
            "%d pairs have their label".formatted(done));
    boolean goesOn = done > 0 && planned.status() == PlannedStage.Status.RUNS;
    return List.of(goesOn ? planned.goingOn() : planned);
  }

  private static CandidateChunks candidates(JobContext context) {
    return CandidateChunks.of(TableStore.of(context).table(CandidatePairsTable.DEFINITION));
  }

  private static String fingerprint(String labelling, CandidateChunks candidates) {
    return new Fingerprint(STAGE)
        .input("labelling", labelling)
        .input(CandidatePairsTable.DEFINITION.name(), candidates.version())
        .digest();
  }

  private static boolean isCurrent(JobContext context, String fingerprint) {
    return StageRecord.current(context, STAGE, fingerprint, List.of(SilverPairsTable.DEFINITION))
        .isPresent();
  }
}
