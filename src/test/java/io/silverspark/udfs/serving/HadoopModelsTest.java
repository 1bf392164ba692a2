package io.silverspark.udfs.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.DriverProcess;
import io.silverspark.FakeFileSystem;
import io.silverspark.NarrowModel;
import io.silverspark.model.files.ModelReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HadoopModelsTest {
  /** Only in a process of its own has nothing been called before. */
  @Test
  @Tag("cluster")
  void remoteModel_asTheFirstCallOfAProcess_isFound(@TempDir Path cache)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx300m",
                "-Dspark.hadoop.fs.fake.impl=" + FakeFileSystem.class.getName(),
                "-Dsilverspark.cache=" + cache,
                "-cp",
                DriverProcess.CLASS_PATH,
                HadoopModelsTest.class.getName(),
                "fake:" + NarrowModel.directory())
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    assertThat(printed).endsWith("sparse: false\n");
  }

  /** Asks as the functions of SQL do, before any model is loaded. */
  public static void main(String[] arguments) {
    System.out.println("sparse: " + ModelReference.isSparse(arguments[0]));
  }
}
