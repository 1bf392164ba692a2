package io.silverspark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.DriverProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own, since a signal ends the whole JVM; without Spark, so that it is quick. */
class StopNoticeTest {
  @Test
  void sigterm_duringACommand_saysSoAndEndsWithItsCode(@TempDir Path directory) throws Exception {
    Path input = directory.resolve("in.txt");
    Files.write(input, Collections.nCopies(300_000, "A man is eating a piece of bread."));
    Process process =
        DriverProcess.builder(
                DriverProcess.CLASS_PATH,
                List.of(
                    "encode",
                    "--input",
                    input.toString(),
                    "--output",
                    directory.resolve("out.jsonl").toString(),
                    "--set",
                    "model.layers=1",
                    "--set",
                    "run.dir=" + directory.resolve("run")))
            .start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      awaitProgress(lines);
      process.toHandle().destroy(); // SIGTERM, and the output stays open
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(lines.lines().toList())
          .contains("encode was stopped. Run it again to go on.")
          .noneMatch(line -> line.contains("failed"));
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isEqualTo(143);
    assertThat(directory.resolve("out.jsonl")).doesNotExist();
  }

  private static void awaitProgress(BufferedReader lines) throws IOException {
    StringBuilder seen = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("encode: ")) {
        return;
      }
      seen.append(line).append('\n');
    }
    throw new AssertionError("the command ended by itself:\n" + seen);
  }
}
