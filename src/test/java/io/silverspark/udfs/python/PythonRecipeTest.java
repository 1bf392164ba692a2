package io.silverspark.udfs.python;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.PySpark;
import io.silverspark.Python;
import io.silverspark.SparkFixture;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connect.service.SparkConnectService;
import org.apache.spark.sql.connect.service.SparkConnectService$;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The recipe in Python, in a session with a JVM of its own and over Spark Connect. */
@Tag("cluster")
@ExtendWith(SparkFixture.class)
class PythonRecipeTest {
  @TempDir Path folder;

  @Test
  void recipe_inThisSession_works(SparkSession spark) throws Exception {
    Python.assumeImports("recipe_inThisSession_works", "pyspark.sql");
    worked(PySpark.run("recipe.py", folder.toString()));
  }

  @Test
  void recipe_overSparkConnect_works(SparkSession spark) throws Exception {
    Python.assumeImports("recipe_overSparkConnect_works", "pyspark.sql.connect.session");
    SparkConnectService.start(spark.sparkContext());
    try {
      worked(
          Python.run(
              List.of(
                  "src/test/python/recipe.py",
                  folder.toString(),
                  "sc://127.0.0.1:" + SparkConnectService$.MODULE$.localPort()),
              Map.of()));
    } finally {
      SparkConnectService.stop(scala.Option.empty(), scala.Option.empty());
    }
  }

  private static void worked(Python.Finished finished) {
    assertThat(finished.text()).contains("the whole recipe works");
    assertThat(finished.code()).isZero();
  }
}
