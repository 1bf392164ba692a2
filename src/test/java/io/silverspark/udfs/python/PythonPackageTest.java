package io.silverspark.udfs.python;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.NarrowModel;
import io.silverspark.PySpark;
import io.silverspark.Python;
import io.silverspark.SparkFixture;
import io.silverspark.model.files.TinySplade;
import io.silverspark.udfs.SilverSparkCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Python package against the Java classes that it names; and in a real PySpark, where one can
 * be imported ({@link Python} says which).
 */
class PythonPackageTest {
  private static final Path PACKAGE = Path.of("udfs/python/silverspark");

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
  void calls_goToProceduresOfTheCatalog() throws Exception {
    Set<String> called = new TreeSet<>();
    for (Path file : sources()) {
      String source = Files.readString(file);
      called.addAll(found(source, "\\bcall\\((?:on|session\\(spark=self._spark\\)), \"(\\w+)\""));
      called.addAll(found(source, "CALL (?:\\{CATALOG\\}|%s)\\.(\\w+)\\("));
    }
    assertThat(called)
        .containsExactlyInAnyOrder(
            "mine",
            "train_bi_encoder",
            "train_cross_encoder",
            "evaluate",
            "push",
            "start",
            "progress",
            "stop",
            "register");
    SilverSparkCatalog catalog = new SilverSparkCatalog();
    for (String procedure : called) {
      assertThat(catalog.loadProcedure(Identifier.of(new String[0], procedure)).bind(null).name())
          .endsWith("." + procedure);
    }
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
                "-c",
                "import ast, sys\n"
                    + "for name in sys.argv[1:]: ast.parse(open(name).read(), name)"));
    sources().forEach(file -> command.add(file.toString()));
    Python.assumeImports("sources_compile", "ast");
    Python.Finished finished = Python.run(command, Map.of());
    assertThat(finished.code()).as(finished.text()).isZero();
  }

  @Test
  @Tag("cluster")
  @ExtendWith(SparkFixture.class)
  void wrappers_inRealPySpark_work(SparkSession spark) throws Exception {
    Python.assumeImports("wrappers_inRealPySpark_work", "pyspark.ml");
    Python.Finished finished =
        PySpark.run(
            "wrappers.py",
            folder.toString(),
            NarrowModel.crossEncoder(),
            TinySplade.write(folder.resolve("splade")).toString());
    assertThat(finished.text()).contains("all wrappers work");
    assertThat(finished.code()).isZero();
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
}
