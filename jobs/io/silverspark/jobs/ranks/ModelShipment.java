package io.silverspark.jobs.ranks;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The files of a model directory in memory, to be broadcast to executors that do not see the
 * driver's disk. Each file is below 2 GiB.
 *
 * @param files content by path in the directory
 */
record ModelShipment(Map<String, byte[]> files) implements Serializable {
  static ModelShipment of(Path directory) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path file : paths.filter(Files::isRegularFile).sorted().toList()) {
        files.put(directory.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return new ModelShipment(files);
  }

  /** Writes the files below a directory, which is made. */
  void unpack(Path directory) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = directory.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
  }
}
