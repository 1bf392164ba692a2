package io.silverspark.jobs;

import io.silverspark.jobs.benchmark.BenchmarkJob;
import io.silverspark.jobs.benchmark.SearchBenchmarkJob;
import io.silverspark.jobs.benchmark.SuiteJob;
import io.silverspark.jobs.distill.DistillJob;
import io.silverspark.jobs.doctor.DoctorJob;
import io.silverspark.jobs.encode.EncodeJob;
import io.silverspark.jobs.evaluate.CompareJob;
import io.silverspark.jobs.evaluate.EvaluateJob;
import io.silverspark.jobs.explain.ExplainJob;
import io.silverspark.jobs.generate.GenerateJob;
import io.silverspark.jobs.ingest.IngestJob;
import io.silverspark.jobs.label.LabelJob;
import io.silverspark.jobs.mine.MineJob;
import io.silverspark.jobs.pipeline.PipelineJob;
import io.silverspark.jobs.pipeline.RetrainJob;
import io.silverspark.jobs.push.PushJob;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Console;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.SilverSparkVersion;
import io.silverspark.jobs.train.PretrainJob;
import io.silverspark.jobs.train.TrainBiJob;
import io.silverspark.jobs.train.TrainCrossJob;
import java.util.List;
import picocli.CommandLine.Command;

/** The command line: {@code COMMAND --conf FILE --set key=value}. */
@Command(
    name = "silverspark",
    mixinStandardHelpOptions = true,
    version = "SilverSpark " + SilverSparkVersion.CURRENT,
    synopsisSubcommandLabel = "COMMAND",
    description = "Trains sentence-embedding models on Apache Spark.")
public final class Main {
  private Main() {}

  /** Runs the command named by the first argument; exits the process only on failure. */
  public static void main(String[] args) {
    CommandRunner runner = new CommandRunner(Console.system());
    CommandRunner.exitIfFailed(runner.execute(new Main(), jobs(), args));
  }

  /** The commands in the order of the help; a new job is one entry here. */
  public static List<Job> jobs() {
    return List.of(
        new PipelineJob(),
        new RetrainJob(),
        new IngestJob(),
        new PretrainJob(),
        new MineJob(),
        new TrainCrossJob(),
        new LabelJob(),
        new TrainBiJob(),
        new EvaluateJob(),
        new CompareJob(),
        new EncodeJob(),
        new DistillJob(),
        new PushJob(),
        new BenchmarkJob(),
        new SuiteJob(),
        new SearchBenchmarkJob(),
        new GenerateJob(),
        new ExplainJob(),
        new DoctorJob(),
        new SettingsJob(),
        new CompletionJob());
  }
}
