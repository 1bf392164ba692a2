package io.silverspark.jobs.encode;

import io.silverspark.jobs.Commands;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command encode in float32. */
final class EncodeRun {
  private EncodeRun() {}

  static Commands of(Path directory, String model, Path input, String output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--set",
                "run.dir=" + directory.resolve("run"),
                "--set",
                "model.base=" + model,
                "--set",
                "model.precision=fp32",
                "--input",
                input.toString(),
                "--output",
                output));
    arguments.addAll(List.of(more));
    return Commands.run(new EncodeJob(), arguments.toArray(String[]::new));
  }
}
