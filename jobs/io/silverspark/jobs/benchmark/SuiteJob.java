package io.silverspark.jobs.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.jobs.models.ModelOptions;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.jobs.run.Progress;
import io.silverspark.model.disk.AtomicWrite;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.SentenceEncoder;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What one wants to know of a machine, above all of one with a GPU, in a few minutes: whether it
 * computes what a CPU computes, how fast a first and a repeated pass encode, score and train, with
 * and without Spark, and whether memory stays flat. Prints a table, and writes the numbers and the
 * pairs they were measured with, so that sentence-transformers can do the same work ({@code
 * src/test/python/peer_suite.py}).
 */
@Command(
    name = "benchmark-suite",
    description =
        "Measures parity, speed and memory of a GPU or CPU with and without Spark, and prints a"
            + " table.")
public final class SuiteJob implements Job {
  private static final int LEAST_MEMORY_STEPS = 10;
  private static final int REPEATS = 3;

  @Mixin private BenchmarkOptions common = new BenchmarkOptions();

  @Option(
      names = "--precision",
      split = ",",
      defaultValue = "fp32,bf16",
      paramLabel = "FORMAT",
      description = "Number formats; int8 encodes and scores only; default ${DEFAULT-VALUE}.")
  private List<Precision> precisions = List.of();

  @Option(
      names = "--batch-size",
      split = ",",
      defaultValue = "32,128",
      paramLabel = "N",
      description = "Pairs of a training step; default ${DEFAULT-VALUE}.")
  private List<Integer> batchSizes = List.of();

  @Option(
      names = "--count",
      paramLabel = "N",
      description =
          "Texts to encode, and half as many pairs to score and to train on, in a first pass;"
              + " default 3000, on a GPU 32000.")
  private Integer count;

  @Option(
      names = "--memory-steps",
      paramLabel = "N",
      description =
          "Training steps over which memory must stay flat, or as many as a minute has; default"
              + " 100, on a GPU 1000.")
  private Integer memorySteps;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads that encode and score side by side, and native threads of training; default: one"
              + " per core.")
  private Integer threads;

  @Option(
      names = "--seconds",
      defaultValue = "2",
      paramLabel = "S",
      description = "Minimum duration of each of three measurements; default ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      defaultValue = "benchmark-suite.json",
      description =
          "File for the numbers; pairs and models go beside it, to names that end in -pairs.jsonl,"
              + " -model and -cross; default ${DEFAULT-VALUE}.")
  private Path output;

  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new SuiteJob(), args);
  }

  @Override
  public void run(JobContext context) {
    EncoderOptions options = common.options(context, ModelOptions.ofBase(context), threads);
    boolean onCpu = options.device().equals("cpu");
    int texts = count == null ? (onCpu ? 3000 : 32_000) : count;
    int steps = memorySteps == null ? (onCpu ? 100 : 1000) : memorySteps;
    BenchmarkOptions.require("--count", texts, CallPass.LEAST);
    BenchmarkOptions.require("--memory-steps", steps, LEAST_MEMORY_STEPS);
    batchSizes.forEach(size -> BenchmarkOptions.require("--batch-size", size, 2));
    SuiteWork work =
        new SuiteWork(
            common.model(context),
            options,
            new SuitePairs(new UnseenTexts(Workload.read(null, common.pairs(context)), Part.SEED)),
            texts,
            new Repeats(REPEATS, seconds));
    SuiteNumbers numbers = new SuiteNumbers();
    Path cross = crossEncoder(work);
    long begin = System.nanoTime();
    try (Progress progress =
        context
            .console()
            .progress("benchmark-suite", 2L + precisions.size() * (4L + batchSizes.size()))) {
      numbers.putAll(SuiteParity.measure(work, precisions));
      progress.advance(1);
      for (Precision precision : precisions) {
        SuiteSpeed speed = new SuiteSpeed(work, precision);
        speed.encode(numbers);
        progress.advance(1);
        speed.score(numbers);
        progress.advance(1);
        for (int size : precision == Precision.INT8 ? List.<Integer>of() : batchSizes) {
          speed.train(size, numbers);
          progress.advance(1);
        }
        SuiteSpark spark = new SuiteSpark(context.spark(), work, precision);
        spark.encode(numbers);
        progress.advance(1);
        spark.score(cross, numbers);
        progress.advance(1);
      }
      SuiteMemory.measure(work, trained(), steps, numbers);
      progress.advance(1);
    }
    numbers.put("seconds", (System.nanoTime() - begin) / 1e9);
    ObjectNode result = new ObjectMapper().createObjectNode();
    result.put("model", work.model()).put("setDevice", options.device());
    result.put("pairsFile", pairsFile().toString());
    result.put("modelDirectory", modelDirectory(work));
    result.setAll(BenchmarkJob.machine(options));
    result.set("numbers", numbers.json());
    AtomicWrite.file(output, result.toPrettyString());
    AtomicWrite.file(pairsFile(), work.pairs().lines());
    context.results().put("suite", result);
    context.console().print(SuiteTable.of(result));
    context.console().tell("benchmark-suite: %s, %s".formatted(output, pairsFile()));
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    return List.of(PlannedStage.reading("benchmark-suite"));
  }

  /** The last format that is for training. */
  private Precision trained() {
    return precisions.stream()
        .filter(precision -> precision != Precision.INT8)
        .reduce((first, second) -> second)
        .orElse(Precision.FP32);
  }

  private Path pairsFile() {
    return output.resolveSibling(name() + "-pairs.jsonl");
  }

  /** Where Python finds the model: the one that comes with the library is written out. */
  private String modelDirectory(SuiteWork work) {
    if (!work.model().startsWith("builtin:") && work.options().layers().isEmpty()) {
      return work.model();
    }
    Path directory = output.resolveSibling(name() + "-model");
    try (SentenceEncoder encoder =
        SentenceEncoder.load(work.model(), work.options().withDevice("cpu"))) {
      encoder.save(directory, "# The model of a benchmark-suite");
    }
    return directory.toString();
  }

  /** The cross-encoder that is measured, as a directory that Spark ships. */
  private Path crossEncoder(SuiteWork work) {
    Path directory = output.resolveSibling(name() + "-cross");
    try (CrossEncoder encoder =
        CrossEncoder.fromEncoder(work.model(), 1, Part.SEED, work.options().withDevice("cpu"))) {
      encoder.save(directory, "# The cross-encoder of a benchmark-suite");
    }
    return directory;
  }

  private String name() {
    return output.getFileName().toString().replaceFirst("\\.json$", "");
  }
}
