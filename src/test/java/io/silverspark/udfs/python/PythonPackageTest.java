package io.silverspark.udfs.python;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.SparkFixture;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.udfs.SilverSparkCatalog;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.python.Py4JServer;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Python package against the Java classes that it names; and in a real PySpark, where one can
 * be imported ({@code PYTHONPATH} counts).
 */
class PythonPackageTest {
  private static final Path PACKAGE = Path.of("udfs/python/silverspark");
  private static final String PYTHON = "python3";

  @TempDir Path folder;

  @Test
  void stages_haveTheParamsOfTheirJavaClasses() throws Exception {
    String source = Files.readString(PACKAGE.resolve("ml.py"));
    int stages = 0;
    for (String block : source.split("\n@inherit_doc\n")) {
      Matcher name = Pattern.compile("_java_class = \"([\\w.]+)\"").matcher(block);
      if (!name.find()) {
        continue;
      }
      stages++;
      PipelineStage stage =
          (PipelineStage) Class.forName(name.group(1)).getConstructor().newInstance();
      Set<String> java =
          Arrays.stream(stage.params())
              .map(Param::name)
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(found(block, "(\\w+): Param\\[")).as(name.group(1)).isEqualTo(java);
      for (String param : java) {
        String suffix = Character.toUpperCase(param.charAt(0)) + param.substring(1);
        assertThat(block).contains("def get" + suffix + "(self)", "def set" + suffix + "(self, ");
        assertThat(stage.getClass().getMethod("get" + suffix)).isNotNull();
      }
    }
    assertThat(stages).isEqualTo(3);
  }

  @Test
  void calls_goToPublicMethodsOfJava() throws Exception {
    int calls = 0;
    for (Path file : sources()) {
      String source =
          Files.readString(file)
              .replaceAll("udfs = .*io\\.silverspark\\.udfs\n", "")
              .replaceAll("\\budfs\\.(?=[A-Z])", "io.silverspark.udfs.")
              .replace("io.silverspark.io.silverspark.", "io.silverspark.");
      Matcher call =
          Pattern.compile("(io\\.silverspark\\.[\\w.]*?[A-Z]\\w*)\\.(\\w+)\\(").matcher(source);
      while (call.find()) {
        calls++;
        List<String> methods =
            Arrays.stream(Class.forName(call.group(1)).getMethods()).map(Method::getName).toList();
        assertThat(methods).as(call.group(1)).contains(call.group(2));
      }
    }
    assertThat(calls).isEqualTo(3);
  }

  @Test
  void functions_areThoseOfTheCatalog() throws Exception {
    String source = Files.readString(PACKAGE.resolve("functions.py"));
    Set<String> catalog =
        Arrays.stream(new SilverSparkCatalog().listFunctions(new String[0]))
            .map(Identifier::name)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(found(source, "(?m)^def (\\w+)\\(")).isEqualTo(catalog);
    assertThat(found(source, "\\{catalog\\}\\.(\\w+)\"")).isEqualTo(catalog);
  }

  @Test
  void sources_compile() throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                PYTHON,
                "-c",
                "import ast, sys\n"
                    + "for name in sys.argv[1:]: ast.parse(open(name).read(), name)"));
    sources().forEach(file -> command.add(file.toString()));
    Assumptions.assumeTrue(runs("pass"), "skipped: there is no python3 here");
    Finished finished = run(command, Map.of());
    assertThat(finished.code()).as(finished.text()).isZero();
  }

  @Test
  @Tag("cluster")
  @ExtendWith(SparkFixture.class)
  void wrappers_inRealPySpark_work(SparkSession spark) throws Exception {
    Assumptions.assumeTrue(runs("import pyspark.ml"), "skipped: python3 cannot import pyspark.ml");
    Path cross = folder.resolve("cross");
    try (CrossEncoder encoder =
        CrossEncoder.fromEncoder(
            "builtin:all-MiniLM-L6-v2", 1, 5, EncoderOptions.defaults().withLayers(1))) {
      encoder.save(cross, "# test");
    }
    Path script = folder.resolve("wrappers.py");
    try (var resource = PythonPackageTest.class.getResourceAsStream("wrappers.py")) {
      Files.copy(resource, script);
    }
    Py4JServer server = new Py4JServer(new SparkConf());
    server.start();
    try {
      Finished finished =
          run(
              List.of(PYTHON, script.toString(), folder.toString(), cross.toString()),
              Map.of(
                  "PYSPARK_GATEWAY_PORT", String.valueOf(server.getListeningPort()),
                  "PYSPARK_GATEWAY_SECRET", server.secret()));
      assertThat(finished.text()).contains("all wrappers work");
      assertThat(finished.code()).isZero();
    } finally {
      server.shutdown();
    }
  }

  private static Set<String> found(String source, String pattern) {
    return Pattern.compile(pattern)
        .matcher(source)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.list(PACKAGE)) {
      return files.filter(file -> file.toString().endsWith(".py")).sorted().toList();
    }
  }

  private static boolean runs(String code) {
    try {
      return run(List.of(PYTHON, "-c", code), Map.of()).code() == 0;
    } catch (IOException noPython) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Finished(int code, String text) {}

  private static Finished run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    String before = builder.environment().getOrDefault("PYTHONPATH", "");
    String path = PACKAGE.toAbsolutePath().getParent() + File.pathSeparator + before;
    builder.environment().put("PYTHONPATH", path);
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    return new Finished(process.waitFor(), text);
  }
}
