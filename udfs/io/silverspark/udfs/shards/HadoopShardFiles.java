package io.silverspark.udfs.shards;

import io.silverspark.model.disk.AtomicWrite;
import io.silverspark.model.shards.ShardFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkEnv;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.Utils;

/**
 * Shards in a directory of any file system. On a local disk they are read where they are; others
 * are fetched into Spark's local directory, where the last four of a data set stay.
 */
public final class HadoopShardFiles implements ShardFiles {
  private static final long serialVersionUID = 1;
  private static final int KEPT = 4;

  /** What was fetched by this process, oldest first, by directory. */
  private static final Map<String, Deque<Path>> FETCHED = new HashMap<>();

  private final String directory;
  private final SerializableConfiguration hadoop;

  /**
   * The shards of a directory.
   *
   * @param directory absolute, with its file system
   * @param hadoop knows that file system
   */
  public HadoopShardFiles(String directory, Configuration hadoop) {
    this.directory = directory;
    this.hadoop = new SerializableConfiguration(hadoop);
  }

  @Override
  public Path file(String name) throws IOException {
    org.apache.hadoop.fs.Path source = new org.apache.hadoop.fs.Path(directory, name);
    String scheme = source.toUri().getScheme();
    if (scheme == null || scheme.equals("file")) {
      return Path.of(source.toUri().getPath());
    }
    synchronized (FETCHED) {
      return fetched(source, name);
    }
  }

  private Path fetched(org.apache.hadoop.fs.Path source, String name) throws IOException {
    Path folder =
        Path.of(Utils.getLocalDir(SparkEnv.get().conf()))
            .resolve("silverspark-shards-" + Integer.toHexString(directory.hashCode()));
    Deque<Path> known = FETCHED.computeIfAbsent(directory, unused -> new ArrayDeque<>());
    Path target = folder.resolve(name);
    if (!known.contains(target) || !Files.exists(target)) {
      Files.createDirectories(folder);
      Path partial = AtomicWrite.partial(target);
      FileSystem files = source.getFileSystem(hadoop.value());
      files.copyToLocalFile(false, source, new org.apache.hadoop.fs.Path(partial.toUri()), true);
      AtomicWrite.rename(partial, target);
      known.remove(target);
      known.addLast(target);
    }
    while (known.size() > KEPT) {
      Files.deleteIfExists(known.removeFirst());
    }
    return target;
  }
}
