package io.silverspark.jobs.benchmark;

import io.silverspark.jobs.config.DataSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.error.UserException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What both benchmarks are told of model, device and pairs. */
final class BenchmarkOptions {
  private static final String SAMPLE = "nli/train.jsonl";

  @Option(names = "--model", paramLabel = "REFERENCE", description = "Model; default model.base.")
  private String model;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "cpu, cuda or cuda:N; default model.device.")
  private String device;

  @Option(
      names = "--pairs",
      paramLabel = "FILE",
      description =
          "JSON lines with sentence1, sentence2 and score; default: nli/train.jsonl in data.dir.")
  private Path pairs;

  /** Reference of the model. */
  String model(JobContext context) {
    return model == null ? context.get(ModelSettings.BASE) : model;
  }

  /** File of the pairs. */
  Path pairs(JobContext context) {
    return pairs == null ? Path.of(context.get(DataSettings.DIR), SAMPLE) : pairs;
  }

  /**
   * Options on the wanted device, with the wanted threads.
   *
   * @param options of the settings
   * @param threads null: as they are
   */
  EncoderOptions options(JobContext context, EncoderOptions options, Integer threads) {
    EncoderOptions placed =
        options.withDevice(device == null ? context.get(ModelSettings.DEVICE) : device);
    if (threads == null) {
      return placed;
    }
    require("--threads", threads, 1);
    return placed.withWorkers(threads);
  }

  static void require(String option, int value, int least) {
    if (value < least) {
      throw new UserException("%s %d: needs a whole number >= %d.".formatted(option, value, least));
    }
  }
}
