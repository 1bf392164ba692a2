package io.silverspark.udfs.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PythonStagesTest {
  private static final Path FILE = Path.of("udfs/python/silverspark/ml.py");

  /** When this fails, run it with {@code -Dpython.stages=write} and look at what changed. */
  @Test
  void classes_areThoseOfTheJavaStages() throws IOException {
    if ("write".equals(System.getProperty("python.stages"))) {
      Files.writeString(FILE, PythonStages.source());
    }
    assertThat(Files.readString(FILE)).isEqualTo(PythonStages.source());
  }
}
