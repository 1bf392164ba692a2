package io.silverspark.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.PySpark;
import io.silverspark.Python;
import io.silverspark.SparkFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every notebook from its first cell to its last. {@code mvn test -Dtest=NotebooksTest
 * -Dtests.groups=cluster -Dtests.excludedGroups= -Dnotebooks.save=true} writes the outputs into the
 * files as well.
 */
@Tag("cluster")
@ExtendWith(SparkFixture.class)
class NotebooksTest {
  private static final Path FOLDER = Path.of("notebooks");

  static Stream<Path> javaNotebooks() throws IOException {
    List<Path> found = notebooks("java");
    assertThat(found).hasSizeGreaterThanOrEqualTo(5);
    return found.stream();
  }

  private static List<Path> notebooks(String language) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".ipynb")).sorted().toList()) {
        if (Notebook.read(file).language().equals(language)) {
          found.add(file);
        }
      }
    }
    return found;
  }

  /** Cells that ask for a session get the one of the tests. */
  @BeforeAll
  static void useTheTestsSession(SparkSession spark) {
    SparkSession.setActiveSession(spark);
  }

  @ParameterizedTest
  @MethodSource("javaNotebooks")
  void javaNotebook_runsFromFirstCellToLast(Path file) throws IOException {
    boolean save = Boolean.getBoolean("notebooks.save");
    Notebook notebook = Notebook.read(file);
    int number = 0;
    try (JavaCells cells = new JavaCells()) {
      for (ObjectNode cell : notebook.codeCells()) {
        number++;
        JavaCells.Result result = run(cells, file, number, Notebook.source(cell));
        if (save) {
          Notebook.setOutputs(cell, number, result);
        }
        assertThat(Notebook.savedKinds(cell))
            .as("%s, cell %d: outputs saved in the file (-Dnotebooks.save=true)", file, number)
            .isEqualTo(Notebook.kinds(result));
      }
    }
    if (save) {
      notebook.write();
    }
  }

  /** In the Python of {@link Python}; skipped, and said so, where that has no PySpark. */
  @Test
  void pythonNotebooks_runFromFirstCellToLast() throws IOException {
    Python.assumeImports("pythonNotebooks_runFromFirstCellToLast", "pyspark.ml");
    for (Path file : notebooks("python")) {
      String[] arguments =
          Boolean.getBoolean("notebooks.save")
              ? new String[] {file.toString(), "save"}
              : new String[] {file.toString()};
      Python.Finished finished = PySpark.run("run_notebook.py", arguments);
      assertThat(finished.text()).contains("cells ran");
      assertThat(finished.code()).isZero();
    }
  }

  private static JavaCells.Result run(JavaCells cells, Path file, int number, String source) {
    try {
      return cells.run(source);
    } catch (RuntimeException e) {
      throw new AssertionError("%s, cell %d: %s".formatted(file, number, e.getMessage()), e);
    }
  }
}
