package io.silverspark;

import java.net.URI;
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

  @Override
  public String getScheme() {
    return "fake";
  }

  @Override
  public URI getUri() {
    return URI.create("fake:///");
  }
}
