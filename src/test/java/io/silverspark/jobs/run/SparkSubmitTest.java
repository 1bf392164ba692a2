package io.silverspark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.StandaloneProcesses;
import io.silverspark.jobs.Main;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jars as users submit them: SilverSpark's own classes and natives come by {@code --jars} only,
 * and executors are processes of their own.
 */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SparkSubmitTest {
  private static final String VERSION = SilverSparkVersion.CURRENT;
  private static final Path JAR = Path.of("target/silverspark-" + VERSION + ".jar");
  private static final Path DEPENDENCIES =
      Path.of("target/silverspark-" + VERSION + "-dependencies.jar");

  /** What the dependencies jar brings, and must therefore not be on Spark's own class path. */
  private static final Pattern OURS =
      Pattern.compile(
          ".*/(classes|test-classes)/?|.*(/ai/djl/|langchain4j|com/typesafe/config|picocli|junit"
              + "|assertj|archunit|surefire|commonmark|freemarker|lucene|snakeyaml-engine).*");

  private int exitCode;
  private Path home;
  @TempDir private Path temporary;

  @BeforeAll
  void sparkHome(@TempDir Path directory) throws Exception {
    Assumptions.assumeTrue(
        Files.exists(JAR) && Files.exists(DEPENDENCIES),
        () -> "no jars to submit: run 'mvn -DskipTests package' first");
    home = directory;
    Path jars = Files.createDirectories(directory.resolve("jars"));
    for (String entry : classPath()) {
      if (entry.endsWith(".jar") && !OURS.matcher(entry).matches()) {
        Path jar = Path.of(entry).toAbsolutePath();
        Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
      }
    }
    Files.writeString(directory.resolve("RELEASE"), "Spark for a test");
  }

  /** A runner that loads tests by a class loader of its own has them there. */
  private static List<String> classPath() throws Exception {
    List<String> entries = new ArrayList<>();
    if (SparkSubmitTest.class.getClassLoader() instanceof URLClassLoader loader) {
      for (URL url : loader.getURLs()) {
        entries.add(Path.of(url.toURI()).toString());
      }
    } else {
      entries.addAll(List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
    }
    return entries;
  }

  @Test
  void doctor_underSparkSubmit_findsAllWell() throws Exception {
    JsonNode document =
        submit("local[2]", "doctor", "--set", "run.dir=" + temporary.resolve("run"));

    assertThat(exitCode).isZero();
    assertThat(document.path("exitCode").asInt(-1)).isZero();
    assertThat(document.path("results").path("findings"))
        .noneMatch(finding -> finding.path("level").asText().equals("FAILURE"));
  }

  @Test
  void encode_onAStandaloneCluster_loadsNativesFromTheJars() throws Exception {
    Path texts = Files.writeString(temporary.resolve("texts.txt"), "one text\nanother text\n");
    Path output = temporary.resolve("out.parquet");

    JsonNode document;
    try (StandaloneProcesses cluster =
        StandaloneProcesses.startMaster(home, home.resolve("jars") + "/*")) {
      cluster.addWorker("submit-worker", 1, "1g", List.of());
      document =
          submit(
              cluster.master(),
              "encode",
              "--input",
              texts.toString(),
              "--output",
              output.toString(),
              "--layers",
              "1",
              "--set",
              "run.cacheDir=" + temporary.resolve("cache"));
    }

    assertThat(exitCode).isZero();
    assertThat(document.path("exitCode").asInt(-1)).isZero();
    assertThat(output.resolve("_SUCCESS")).exists();
    assertThat(temporary.resolve("cache/djl")).isDirectoryContaining("glob:**/*");
  }

  @Test
  void doctor_wrongSetting_endsWithTwo() throws Exception {
    JsonNode document = submit("local[1]", "doctor", "--set", "train.bachSize=8");

    assertThat(exitCode).isEqualTo(2);
    assertThat(document.path("exitCode").asInt(-1)).isEqualTo(2);
    assertThat(document.toString()).contains("train.bachSize");
  }

  private JsonNode submit(String master, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-cp", home.resolve("jars") + "/*"));
    for (String opened :
        List.of(
            "java.nio",
            "sun.nio.ch",
            "java.lang",
            "java.lang.invoke",
            "java.util",
            "sun.util.calendar")) {
      command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
    }
    command.addAll(List.of("org.apache.spark.deploy.SparkSubmit", "--master", master));
    command.addAll(List.of("--class", Main.class.getName()));
    command.addAll(List.of("--conf", "spark.ui.enabled=false"));
    command.addAll(
        List.of("--conf", "spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension"));
    command.addAll(
        List.of(
            "--conf",
            "spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog"));
    command.addAll(List.of("--jars", DEPENDENCIES.toAbsolutePath().toString()));
    command.add(JAR.toAbsolutePath().toString());
    command.addAll(Arrays.asList(arguments));
    command.add("--json");
    File out = temporary.resolve("out.json").toFile();
    File err = temporary.resolve("err.txt").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(temporary.toFile())
            .redirectOutput(out)
            .redirectError(err);
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(6, TimeUnit.MINUTES)).as("ends within 6 minutes").isTrue();
      exitCode = process.exitValue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(out).as(() -> tail(err)).isNotEmpty();
    return new ObjectMapper().readTree(out);
  }

  private static String tail(File file) {
    try {
      List<String> lines = Files.readAllLines(file.toPath());
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }
}
