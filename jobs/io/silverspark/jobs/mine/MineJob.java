package io.silverspark.jobs.mine;

import io.silverspark.jobs.config.MineSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.SearchSettings;
import io.silverspark.jobs.config.SilverSettings;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.jobs.stream.FollowOptions;
import io.silverspark.jobs.stream.StreamOptions;
import io.silverspark.jobs.table.CandidatePairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.table.TripletsTable;
import io.silverspark.model.config.Setting;
import io.silverspark.model.error.UserException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Mines triplets with hard negatives from the entailed NLI pairs, and recombines unlabelled
 * sentences into candidate pairs for {@code label}. Everything stays on the executors; the result
 * depends on rows, settings and {@code run.seed} alone.
 */
@Command(
    name = "mine",
    description =
        "Mines triplets with negatives, and pairs of unlabelled sentences for the cross-encoder to"
            + " label.")
public final class MineJob implements Job {
  /** Name of the stage and of its record. */
  public static final String STAGE = "mine";

  private static final List<TableDefinition> WRITTEN =
      List.of(TripletsTable.DEFINITION, CandidatePairsTable.DEFINITION);

  private static final int REFRESH_SECONDS = 3600;

  @Mixin private final StreamOptions stream = new StreamOptions();

  @Option(
      names = "--refresh",
      paramLabel = "SECONDS",
      description =
          "With --follow: how long the corpus is used before it is looked at again, and read if it"
              + " has changed; default 3600.")
  private Integer refresh;

  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new MineJob(), args);
  }

  @Override
  public void check(JobContext context) {
    SearchSettings.requireRead(context.settings());
    MinedTable.of(context);
    stream.check();
    FollowOptions.requireRead("--refresh", refresh != null, stream.follow().follows(), "--follow");
    if (refreshSeconds() < 0) {
      throw new UserException("--refresh must be 0 or more, found " + refresh);
    }
  }

  private int refreshSeconds() {
    return refresh == null ? REFRESH_SECONDS : refresh;
  }

  @Override
  public void run(JobContext context) {
    check(context);
    if (stream.follow().follows()) {
      FollowedMining.follow(context, stream, refreshSeconds());
      return;
    }
    MineInputs inputs = new MineInputs(context);
    String fingerprint = fingerprint(context, inputs);
    Optional<StageRecord> current = current(context, fingerprint);
    StageRecord record = current.orElseGet(() -> new MiningRun(context, inputs).run(fingerprint));
    context.results().put("rowsWithoutTriplet", record.details().path("rowsWithoutTriplet"));
    if (current.isPresent()) {
      context.console().tell("mine: up to date");
    } else {
      record.write(context);
    }
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    check(context);
    MineInputs inputs = new MineInputs(context);
    TableStore tables = TableStore.of(context);
    if (stream.follow().follows()) {
      return List.of(FollowedOutput.plan(context, inputs.trainCounts()));
    }
    return List.of(
        PlannedStage.of(
            STAGE,
            current(context, fingerprint(context, inputs)).isPresent(),
            inputs.trainCounts(),
            Stream.concat(
                    WRITTEN.stream().map(table -> tables.table(table).path()),
                    MinedTable.of(context).map(table -> table.address().text()).stream())
                .toList(),
            "%s negatives, candidates by %s"
                .formatted(
                    context.get(MineSettings.STRATEGY).name().toLowerCase(Locale.ROOT),
                    context.get(SilverSettings.METHOD))));
  }

  private static Optional<StageRecord> current(JobContext context, String fingerprint) {
    boolean written =
        MinedTable.of(context).map(table -> table.address().exists(context.spark())).orElse(true);
    return written ? StageRecord.current(context, STAGE, fingerprint, WRITTEN) : Optional.empty();
  }

  private static String fingerprint(JobContext context, MineInputs inputs) {
    Fingerprint fingerprint =
        new Fingerprint(STAGE)
            .input("texts are one", "if their tokens are")
            .setting(context.settings(), RunSettings.SEED);
    List<Setting<?>> settings =
        Stream.of(
                MineSettings.of(context.settings()),
                SilverSettings.ofCandidates(context.settings()),
                SearchSettings.of(context.settings()))
            .<Setting<?>>flatMap(List::stream)
            .filter(setting -> setting != SearchSettings.RECALL_SAMPLE) // it measures
            .toList();
    Set<Setting<?>> later =
        Stream.of(MineSettings.LATER, SearchSettings.LATER)
            .flatMap(Set::stream)
            .collect(Collectors.toSet());
    fingerprint.settings(context.settings(), settings, later);
    MiningModel.describe(context, fingerprint);
    MiningModel.describeCrossEncoder(context, fingerprint);
    inputs.describe(fingerprint);
    return fingerprint.digest();
  }
}
