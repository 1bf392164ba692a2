package io.silverspark.jobs.train;

import io.silverspark.jobs.config.AllSettings;
import io.silverspark.jobs.models.ModelOptions;
import io.silverspark.jobs.run.Console;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.config.Settings;
import io.silverspark.model.encoder.EncoderOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The settings of a job on a rank, where there is no Spark session. */
final class RankContext {
  private RankContext() {}

  /**
   * A context that gives settings and nothing else.
   *
   * @param command of the job
   * @param json from {@link Settings#json()}
   */
  static JobContext of(String command, String json) {
    try {
      Path file = Files.createTempFile("silverspark", ".conf");
      try {
        Files.writeString(file, json);
        Settings settings = AllSettings.reader().read(Optional.of(file), List.of());
        return new JobContext(command, settings, Console.system());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the settings do not reach this rank", e);
    }
  }

  /** Options for a model that the driver has cut to its layers, limit of tokens and width. */
  static EncoderOptions options(JobContext context, String device) {
    return ModelOptions.of(context)
        .withMaxSequenceLength(0)
        .withTruncateDim(0)
        .withDevice(device)
        .withWorkers(1);
  }
}
