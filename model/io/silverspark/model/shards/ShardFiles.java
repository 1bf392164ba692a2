package io.silverspark.model.shards;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;

/** Where a process finds the shards of a data set. */
@FunctionalInterface
public interface ShardFiles extends Serializable {
  /**
   * A shard on this machine; fetched if need be. It stays until the next call at least.
   *
   * @param name as in the manifest
   * @throws IOException if it cannot be fetched
   */
  Path file(String name) throws IOException;

  /** The shards of a directory of this machine. */
  static ShardFiles in(Path directory) {
    String path = directory.toString();
    return name -> Path.of(path, name);
  }
}
