package io.silverspark.model.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.error.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  private static final int WRITERS = 4;
  private static final int WRITES = 50;

  @TempDir Path directory;

  @Test
  void write_replacesAnOlderFile_andMakesDirectories() throws Exception {
    Path file = directory.resolve("new/stage.json");

    AtomicFile.write(file, "first, longer");
    AtomicFile.write(file, "sécond");

    assertThat(file).hasContent("sécond");
    assertThat(names(file.getParent())).containsExactly("stage.json");
  }

  @Test
  void write_byManyAtOnce_leavesOneOfTheirTextsWhole() throws Exception {
    Path file = directory.resolve("stage.json");

    List<String> texts = atOnce(text -> AtomicFile.write(file, text));

    assertThat(Files.readString(file)).isIn(texts);
    assertThat(names(directory)).containsExactly("stage.json");
  }

  @Test
  void writeDirectory_byManyAtOnce_leavesOneOfThemWhole() throws Exception {
    Path model = directory.resolve("model");

    List<String> texts =
        atOnce(
            text ->
                AtomicDirectory.write(
                    model, partial -> Files.writeString(partial.resolve("config.json"), text)));

    assertThat(Files.readString(model.resolve("config.json"))).isIn(texts);
    assertThat(names(directory)).containsExactly("model");
  }

  @Test
  void write_whereAFileStandsForADirectory_namesTheFile() throws Exception {
    Path file = Files.writeString(directory.resolve("taken"), "").resolve("stage.json");

    assertThatThrownBy(() -> AtomicFile.write(file, "text"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(file.getParent().toString());
  }

  private interface Write {
    void run(String text);
  }

  /** Runs the writers together and returns all that they wrote. */
  private static List<String> atOnce(Write write) throws Exception {
    ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
    try {
      List<Callable<Void>> tasks =
          IntStream.range(0, WRITERS)
              .<Callable<Void>>mapToObj(
                  writer ->
                      () -> {
                        for (int i = 0; i < WRITES; i++) {
                          write.run(text(writer, i));
                        }
                        return null;
                      })
              .toList();
      for (Future<Void> done : writers.invokeAll(tasks)) {
        done.get();
      }
    } finally {
      writers.shutdownNow();
    }
    return IntStream.range(0, WRITERS)
        .boxed()
        .flatMap(writer -> IntStream.range(0, WRITES).mapToObj(i -> text(writer, i)))
        .toList();
  }

  private static String text(int writer, int write) {
    return "%d-%d ".formatted(writer, write).repeat(500);
  }

  private static List<String> names(Path directory) throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
