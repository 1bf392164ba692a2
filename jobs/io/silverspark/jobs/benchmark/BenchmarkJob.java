package io.silverspark.jobs.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.models.ModelOptions;
import io.silverspark.jobs.report.Environment;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.jobs.run.Progress;
import io.silverspark.jobs.run.SilverSparkVersion;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.error.UserException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Measures this machine and prints one JSON object: the rates of a first pass over texts that the
 * process has not seen, and of repeated passes; peak memory of the process, and what it ran on.
 * Needs a Spark session for {@code --ranks} alone. For the memory of one kind of work, measure it
 * alone with {@code --what}.
 */
@Command(
    name = "benchmark",
    description = "Measures encoding, training and labelling, and prints JSON.")
public final class BenchmarkJob implements Job {

  @Mixin private BenchmarkOptions common = new BenchmarkOptions();

  @Option(
      names = "--what",
      split = ",",
      paramLabel = "PART",
      defaultValue = "encode,train,label",
      description = "Parts to measure; default ${DEFAULT-VALUE}.")
  private List<String> what = List.of();

  @Option(
      names = "--texts",
      paramLabel = "FILE",
      description = "Texts to encode, .txt or .jsonl; default: the sentences of the pairs.")
  private Path texts;

  @Option(
      names = "--count",
      paramLabel = "N",
      description =
          "Texts, and pairs to score, of a first pass; half as many pairs to train on. Made of"
              + " pieces of the given ones where these are too few. Default 4000, on a GPU 64000.")
  private Integer count;

  @Option(
      names = "--per-call",
      paramLabel = "N",
      description =
          "Texts or pairs that the model gets at once after the first 1000; default 1000, on a GPU"
              + " 8000.")
  private Integer perCall;

  @Option(
      names = "--batch-size",
      defaultValue = "32",
      paramLabel = "N",
      description = "Pairs of a training step; default ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(
      names = "--repeats",
      defaultValue = "5",
      paramLabel = "N",
      description = "Measurements of each part; default ${DEFAULT-VALUE}.")
  private int repeats;

  @Option(
      names = "--seconds",
      defaultValue = "3",
      paramLabel = "S",
      description = "Minimum duration of a measurement; default ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--layers",
      paramLabel = "N",
      description = "Keeps only the first layers of the model; 0 = all; default model.layers.")
  private Integer layers;

  @Option(
      names = "--precision",
      paramLabel = "FORMAT",
      description = "auto, fp32, bf16, fp16 or int8; default model.precision.")
  private Precision precision;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads that encode and label side by side, and native threads of training; default:"
              + " one per core.")
  private Integer threads;

  @Option(
      names = "--ranks",
      split = ",",
      paramLabel = "N",
      description =
          "Also trains with each of these numbers of ranks on the Spark master, and prints the"
              + " efficiency.")
  private List<Integer> ranks = List.of();

  @Option(
      names = "--exchange",
      paramLabel = "N",
      description =
          "Also averages N million gradients among replicas, one per GPU or two on the CPU, and"
              + " between two processes over the loopback.")
  private Integer exchange;

  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new BenchmarkJob(), args);
  }

  @Override
  public void run(JobContext context) {
    List<Part> parts =
        what.stream().filter(name -> !name.isBlank()).map(BenchmarkJob::part).toList();
    if (ranks.stream().anyMatch(count -> count < 1)) {
      throw new UserException("--ranks %s: needs whole numbers >= 1.".formatted(ranks));
    }
    BenchmarkOptions.require("--repeats", repeats, 1);
    BenchmarkOptions.require("--batch-size", batchSize, 1);
    if (exchange != null) {
      BenchmarkOptions.require("--exchange", exchange, 1);
    }
    Workload work = Workload.read(texts, common.pairs(context));
    String reference = common.model(context);
    EncoderOptions options = options(context);
    Measuring how = measuring(reference, options);
    UnseenTexts unseen = new UnseenTexts(work, Part.SEED);
    ObjectNode result = new ObjectMapper().createObjectNode();
    result.put("model", reference);
    result.put("layers", options.layers().isPresent() ? options.layers().getAsInt() : 0);
    result.put("precision", options.precision().on(options.device()).title());
    result.put("threads", options.workers());
    result.put("batchTokens", options.batchTokens()); // 0: as it suits the device
    result.put("repeats", repeats);
    try (Progress progress = context.console().progress("benchmark", parts.size())) {
      for (Part part : parts) {
        ObjectNode node = result.putObject(part.key());
        part.measure(how, unseen, node);
        PeakMemory.bytes().ifPresent(bytes -> node.put("peakResidentBytesSoFar", bytes));
        progress.advance(1);
      }
    }
    if (!ranks.isEmpty()) {
      new RankScaling(reference, options, work)
          .measure(context, ranks, result.putArray("trainingByRanks"));
    }
    if (exchange != null) {
      new GradientExchange(exchange, options.device(), repeats)
          .measure(result.putObject("gradientExchange"));
    }
    PeakMemory.bytes().ifPresent(bytes -> result.put("peakResidentBytes", bytes));
    result.setAll(machine(options));
    context.results().put("benchmark", result);
    context.console().print(result.toPrettyString());
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    return List.of(PlannedStage.reading("benchmark"));
  }

  private static Part part(String name) {
    for (Part part : Part.values()) {
      if (part.key().equals(name.strip())) {
        return part;
      }
    }
    throw new UserException("--what '%s' is not valid: encode, train, label.".formatted(name));
  }

  private Measuring measuring(String reference, EncoderOptions options) {
    int items = count == null ? Measuring.count(options.device()) : count;
    BenchmarkOptions.require("--count", items, CallPass.LEAST);
    int together = perCall == null ? Measuring.perCall(options.device()) : perCall;
    BenchmarkOptions.require("--per-call", together, 1);
    return new Measuring(
        reference, options, items, together, batchSize, new Repeats(repeats, seconds));
  }

  private EncoderOptions options(JobContext context) {
    EncoderOptions options =
        common.options(
            context,
            ModelOptions.of(context)
                .withLayers(layers == null ? context.get(ModelSettings.LAYERS) : layers),
            threads);
    return precision == null ? options : options.withPrecision(precision);
  }

  /** What it runs on. */
  static ObjectNode machine(EncoderOptions options) {
    Environment here =
        Environment.here(
            options.device(),
            null,
            null,
            ai.djl.engine.Engine.getDjlVersion(),
            ai.djl.engine.Engine.getEngine("PyTorch").getVersion(),
            SilverSparkVersion.CURRENT);
    ObjectNode node = new ObjectMapper().valueToTree(here);
    node.remove(List.of("spark", "delta"));
    return node;
  }
}
