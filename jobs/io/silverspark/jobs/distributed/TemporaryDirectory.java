package io.silverspark.jobs.distributed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory that is gone when it is closed.
 *
 * @param path of the directory
 */
record TemporaryDirectory(Path path) implements AutoCloseable {
  static TemporaryDirectory create(String prefix) throws IOException {
    return new TemporaryDirectory(Files.createTempDirectory(prefix));
  }

  Path newChild(String name) throws IOException {
    return Files.createDirectory(path.resolve(name));
  }

  @Override
  public void close() throws IOException {
    List<Path> leavesFirst;
    try (Stream<Path> paths = Files.walk(path)) {
      leavesFirst = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : leavesFirst) {
      Files.deleteIfExists(each);
    }
  }
}
