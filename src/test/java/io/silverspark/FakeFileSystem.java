package io.silverspark;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;

/** The local disk under the scheme {@code fake:}, as an object store would be reached. */
public final class FakeFileSystem extends RawLocalFileSystem {
  /** Makes the scheme known to driver and executors of a session. */
  public static void register(SparkSession spark) {
    spark.sparkContext().hadoopConfiguration().set("fs.fake.impl", FakeFileSystem.class.getName());
    SparkEnv.get().conf().set("spark.hadoop.fs.fake.impl", FakeFileSystem.class.getName());
  }

  /** Without owner and permissions, which the superclass asks of {@code file:} paths only. */
  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    FileStatus found = super.getFileStatus(path);
    return new FileStatus(
        found.getLen(),
        found.isDirectory(),
        1,
        found.getBlockSize(),
        found.getModificationTime(),
        found.getPath());
  }

  @Override
  public String getScheme() {
    return "fake";
  }

  @Override
  public URI getUri() {
    return URI.create("fake:///");
  }
}
