package io.silverspark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SilverSparkVersionTest {
  @Test
  void version_isThatOfThePom() throws IOException {
    assertThat(Files.readString(Path.of("pom.xml")))
        .contains(
            "<artifactId>silverspark</artifactId>\n  <version>"
                + SilverSparkVersion.CURRENT
                + "</version>");
  }

  @Test
  void version_isThatOfThePythonPackage() throws IOException {
    assertThat(Files.readString(Path.of("udfs/python/silverspark/_version.py")))
        .contains("VERSION = \"" + SilverSparkVersion.CURRENT + "\"");
  }
}
