package io.silverspark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.DriverProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of their own, since a signal ends the whole JVM; without Spark where it is quick. */
@Tag("cluster")
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
          .contains("encode was stopped. Run it again to continue.")
          .noneMatch(line -> line.contains("failed"));
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isEqualTo(143);
    assertThat(directory.resolve("out.jsonl")).doesNotExist();
  }

  /**
   * A process that ends while a thread is in PyTorch's library crashes there. A training is in a
   * step almost always, so three moments are enough.
   */
  @Test
  void sigterm_duringATrainingStep_endsWithoutACrash(@TempDir Path directory) throws Exception {
    List<String> rows = new ArrayList<>(List.of("text,category"));
    for (int i = 0; i < 2_000; i++) {
      rows.add(
          "please help me with the lost card of account %d today,kind %d".formatted(i, i % 20));
    }
    Files.write(directory.resolve("intents.csv"), rows);
    List<String> settings =
        List.of(
            "run.dir=" + directory.resolve("run"),
            "data.dir=" + directory,
            "data.intents.train=intents.csv",
            "train.data=intents",
            "train.epochs=100",
            "model.layers=2");
    Path output = directory.resolve("output.txt");
    Process ingest = DriverProcess.start("ingest", settings, Map.of(), output);
    assertThat(ingest.waitFor()).as(Files.readString(output)).isZero();

    for (int moment = 0; moment < 3; moment++) {
      Process training = DriverProcess.start("train-bi", settings, Map.of(), output);
      try {
        awaitStep(training, output);
        training.destroy();
        assertThat(training.waitFor(60, TimeUnit.SECONDS)).isTrue();
      } finally {
        training.destroyForcibly();
      }
      assertThat(Files.readString(output))
          .contains("train-bi was stopped. Run it again to continue.")
          .doesNotContain("fatal error");
      assertThat(training.exitValue()).isEqualTo(143);
    }
  }

  private static void awaitStep(Process training, Path output) throws Exception {
    while (!Files.readString(output).contains("train-bi-intents: ")) {
      assertThat(training.isAlive()).as(Files.readString(output)).isTrue();
      Thread.sleep(20);
    }
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
