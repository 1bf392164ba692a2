package io.silverspark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.DriverProcess;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own, without the logging that the tests bring. */
@Tag("cluster")
class DryRunTerminalTest {
  @Test
  void pipeline_dryRun_printsThePlanAndNothingOfSpark(@TempDir Path directory) throws Exception {
    List<String> arguments =
        List.of(
            "pipeline",
            "--dry-run",
            "--conf",
            "conf/local.conf",
            "--set",
            "run.dir=" + directory.resolve("run"));
    Process process = DriverProcess.builder(withoutTests(), arguments).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(text).isZero();
    assertThat(text)
        .contains("reads intents/test.csv (240 rows)")
        .endsWith("Dry run: nothing was written.\n")
        .doesNotContain("INFO", "WARN", "log4j");
    assertThat(directory.resolve("run")).doesNotExist();
  }

  private static String withoutTests() {
    return Arrays.stream(DriverProcess.CLASS_PATH.split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
