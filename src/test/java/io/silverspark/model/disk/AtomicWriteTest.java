package io.silverspark.model.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicWriteTest {
  private static final int WRITERS = 4;
  private static final int WRITES = 50;

  @TempDir Path directory;

  @Test
  void file_replacesAnOlderFile_andMakesDirectories() throws Exception {
    Path file = directory.resolve("new/stage.json");

    AtomicWrite.file(file, "first, longer");
    AtomicWrite.file(file, "sécond");

    assertThat(file).hasContent("sécond");
    assertThat(names(file.getParent())).containsExactly("stage.json");
  }

  @Test
  void file_byManyAtOnce_leavesOneOfTheirTextsWhole() throws Exception {
    Path file = directory.resolve("stage.json");

    List<String> texts = atOnce(text -> AtomicWrite.file(file, text));

    assertThat(Files.readString(file)).isIn(texts);
    assertThat(names(directory)).containsExactly("stage.json");
  }

  @Test
  void directory_byManyAtOnce_leavesOneOfThemWhole() throws Exception {
    Path model = directory.resolve("model");

    List<String> texts =
        atOnce(
            text ->
                AtomicWrite.directory(
                    model, partial -> Files.writeString(partial.resolve("config.json"), text)));

    assertThat(Files.readString(model.resolve("config.json"))).isIn(texts);
    assertThat(names(directory)).containsExactly("model");
  }

  @Test
  void directory_afterAKillBetweenItsTwoMoves_isPutBack() throws Exception {
    Path model = directory.resolve("model");
    write(model, "old");
    Path aside = setAsideByAKill(model);
    Path other = directory.resolve(".model.v2." + UUID.randomUUID() + ".replaced");
    Files.createDirectory(other);

    AtomicWrite.recover(model);
    assertThat(model.resolve("config.json")).hasContent("old");
    assertThat(aside).doesNotExist();

    setAsideByAKill(model);
    assertThatThrownBy(
            () ->
                AtomicWrite.directory(
                    model,
                    partial -> {
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");
    assertThat(model.resolve("config.json")).hasContent("old");

    setAsideByAKill(model);
    write(model, "new");
    assertThat(model.resolve("config.json")).hasContent("new");
    assertThat(names(directory)).containsExactlyInAnyOrder("model", other.getFileName().toString());
  }

  @Test
  void directory_afterAKillBeforeTheOldOneWasRemoved_removesIt() throws Exception {
    Path model = directory.resolve("model");
    write(model, "old");
    setAsideByAKill(model);
    Files.createDirectory(model);
    Files.writeString(model.resolve("config.json"), "newer");

    AtomicWrite.recover(model);
    assertThat(model.resolve("config.json")).hasContent("newer");
    write(model, "newest");

    assertThat(model.resolve("config.json")).hasContent("newest");
    assertThat(names(directory)).containsExactly("model");
  }

  @Test
  void recover_nothingLeft_changesNothing() throws Exception {
    AtomicWrite.recover(directory.resolve("missing/model"));
    assertThat(names(directory)).isEmpty();
  }

  private static void write(Path model, String text) throws IOException {
    AtomicWrite.directory(
        model, partial -> Files.writeString(partial.resolve("config.json"), text));
  }

  private static Path setAsideByAKill(Path model) throws IOException {
    return Files.move(
        model,
        model.resolveSibling("." + model.getFileName() + "." + UUID.randomUUID() + ".replaced"));
  }

  @Test
  void directoryOnce_thatIsThere_staysAndIsNotWrittenAgain() throws Exception {
    Path copy = directory.resolve("cache/model");

    AtomicWrite.directoryOnce(copy, partial -> Files.writeString(partial.resolve("a"), "first"));
    AtomicWrite.directoryOnce(copy, partial -> Files.writeString(partial.resolve("a"), "second"));

    assertThat(copy.resolve("a")).hasContent("first");
    assertThat(names(copy.getParent())).containsExactly("model");
  }

  @Test
  void directoryOnce_anotherIsFasterMeanwhile_keepsTheFirst() throws Exception {
    Path copy = directory.resolve("model");

    AtomicWrite.directoryOnce(
        copy,
        partial -> {
          Files.writeString(partial.resolve("a"), "late");
          AtomicWrite.directoryOnce(copy, first -> Files.writeString(first.resolve("a"), "early"));
        });

    assertThat(copy.resolve("a")).hasContent("early");
    assertThat(names(directory)).containsExactly("model");
  }

  @Test
  void directoryOnce_contentFails_leavesNothing() throws Exception {
    Path copy = directory.resolve("model");

    assertThatThrownBy(
            () ->
                AtomicWrite.directoryOnce(
                    copy,
                    partial -> {
                      Files.writeString(partial.resolve("a"), "half");
                      throw new IOException("connection lost");
                    }))
        .hasMessage("connection lost");

    assertThat(names(directory)).isEmpty();
  }

  @Test
  void file_whereAFileStandsForADirectory_namesTheFile() throws Exception {
    Path file = Files.writeString(directory.resolve("taken"), "").resolve("stage.json");

    assertThatThrownBy(() -> AtomicWrite.file(file, "text"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(file.getParent().toString());
  }

  private interface Write {
    void run(String text) throws Exception;
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
