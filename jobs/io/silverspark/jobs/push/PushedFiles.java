package io.silverspark.jobs.push;

import io.silverspark.model.error.UserException;
import io.silverspark.model.hub.UploadFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files of a model directory that belong on the Hub: all but hidden ones. */
final class PushedFiles {
  private static final String CARD = "README.md";

  private PushedFiles() {}

  /** Content of the card, empty if there is none. */
  static String card(Path directory) {
    Path card = directory.resolve(CARD);
    try {
      return Files.exists(card) ? Files.readString(card) : "";
    } catch (IOException e) {
      throw new UserException(card + " cannot be read: " + e, e);
    }
  }

  /** The card as given, then the directory's other files by name. */
  static List<UploadFile> of(Path directory, String card) {
    List<UploadFile> files = new ArrayList<>();
    files.add(UploadFile.of(CARD, card.getBytes(StandardCharsets.UTF_8)));
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path file : tree.filter(Files::isRegularFile).sorted().toList()) {
        Path path = directory.relativize(file);
        if (!isHidden(path) && !path.toString().equals(CARD)) {
          files.add(UploadFile.of(directory, file));
        }
      }
    } catch (IOException e) {
      throw new UserException("model directory " + directory + " cannot be read: " + e, e);
    }
    return files;
  }

  private static boolean isHidden(Path path) {
    for (Path part : path) {
      if (part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }
}
