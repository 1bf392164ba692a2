package io.silverspark.udfs.serving;

import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * A directory of any file system that Hadoop knows, and its copy on this machine. A file counts as
 * unchanged while its length and the times seen at the last copy are the same. Not thread-safe.
 */
public final class HadoopDirectory {
  private record Copied(long length, long localTime) {}

  private final FileSystem files;
  private final org.apache.hadoop.fs.Path root;
  private final Map<String, Copied> copied = new HashMap<>();

  private HadoopDirectory(FileSystem files, org.apache.hadoop.fs.Path root) {
    this.files = files;
    this.root = root;
  }

  /**
   * A directory, which need not exist.
   *
   * @throws UserException if no file system of that scheme is on the class path, or it refuses
   */
  public static HadoopDirectory at(String uri, Configuration hadoop) {
    try {
      org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(uri);
      FileSystem files = path.getFileSystem(hadoop);
      return new HadoopDirectory(files, files.makeQualified(path));
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "'%s' cannot be reached: %s. Is the file system's connector on the class path?"
              .formatted(uri, e.getMessage()),
          e);
    }
  }

  /** Files below the directory by relative path; none if it does not exist. */
  Map<String, FileStatus> list() throws IOException {
    Map<String, FileStatus> found = new TreeMap<>();
    if (!files.exists(root)) {
      return found;
    }
    String prefix = root.toUri().getPath() + "/";
    RemoteIterator<LocatedFileStatus> all = files.listFiles(root, true);
    while (all.hasNext()) {
      LocatedFileStatus file = all.next();
      found.put(file.getPath().toUri().getPath().substring(prefix.length()), file);
    }
    return found;
  }

  /**
   * Copies what is new or different to this machine; deletes nothing.
   *
   * @param skip relative paths that are left out
   */
  public void download(Path local, Predicate<String> skip) throws IOException {
    for (Map.Entry<String, FileStatus> entry : list().entrySet()) {
      if (skip.test(entry.getKey())) {
        continue;
      }
      FileStatus status = entry.getValue();
      Path target = local.resolve(entry.getKey());
      long time = status.getModificationTime();
      boolean same =
          Files.isRegularFile(target)
              && Files.size(target) == status.getLen()
              && Files.getLastModifiedTime(target).toMillis() == time;
      if (!same) {
        Files.createDirectories(target.getParent());
        files.copyToLocalFile(
            false, status.getPath(), new org.apache.hadoop.fs.Path(target.toUri()), true);
      }
      remember(entry.getKey(), target, time);
    }
  }

  /**
   * Copies what is new or different from this machine, records of finished stages last, and deletes
   * what was copied before and is gone here.
   *
   * @param skip relative paths that are left out
   */
  public void upload(Path local, Predicate<String> skip) throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(local)) {
      try (Stream<Path> tree = Files.walk(local)) {
        tree.filter(Files::isRegularFile).forEach(found::add);
      }
    }
    found.sort(
        Comparator.comparing((Path file) -> isRecord(relative(local, file)))
            .thenComparing(Comparator.naturalOrder()));
    List<String> present = new ArrayList<>();
    for (Path file : found) {
      String name = relative(local, file);
      if (!skip.test(name)) {
        present.add(name);
        uploadIfChanged(name, file);
      }
    }
    for (String gone : copied.keySet().stream().filter(n -> !present.contains(n)).toList()) {
      files.delete(new org.apache.hadoop.fs.Path(root, gone), false);
      copied.remove(gone);
    }
  }

  private void uploadIfChanged(String name, Path file) throws IOException {
    Copied now = new Copied(Files.size(file), Files.getLastModifiedTime(file).toMillis());
    if (now.equals(copied.get(name))) {
      return;
    }
    org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(root, name);
    files.copyFromLocalFile(false, true, new org.apache.hadoop.fs.Path(file.toUri()), target);
    remember(name, file, files.getFileStatus(target).getModificationTime());
  }

  private void remember(String name, Path file, long time) throws IOException {
    Files.setLastModifiedTime(file, FileTime.fromMillis(time));
    copied.put(name, new Copied(Files.size(file), time));
  }

  private static boolean isRecord(String name) {
    return name.startsWith("stages/") || !name.contains("/");
  }

  private static String relative(Path local, Path file) {
    return local.relativize(file).toString().replace('\\', '/');
  }
}
