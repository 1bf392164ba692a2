package io.silverspark;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFs;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Hadoop's local disk without its native library starts a process for each permission that it sets
 * ({@code chmod}) and for each file that it renames ({@code readlink}): a dozen for a commit of
 * Delta. This one asks Java. Files, checksums and renames are Hadoop's own.
 */
public final class QuietDisk extends LocalFileSystem {
  /** Puts it in the place of Hadoop's, for both of Hadoop's interfaces. */
  static final List<String> SETTINGS =
      List.of(
          "spark.conf.spark.hadoop.fs.file.impl=" + QuietDisk.class.getName(),
          "spark.conf.spark.hadoop.fs.AbstractFileSystem.file.impl=" + Linked.class.getName());

  /** For Hadoop. */
  public QuietDisk() {
    super(new Raw());
  }

  private static final class Raw extends RawLocalFileSystem {
    @Override
    public void setPermission(Path path, FsPermission permission) throws IOException {
      String symbols =
          permission.getUserAction().SYMBOL
              + permission.getGroupAction().SYMBOL
              + permission.getOtherAction().SYMBOL;
      Files.setPosixFilePermissions(
          pathToFile(path).toPath(), PosixFilePermissions.fromString(symbols));
    }

    @Override
    public FileStatus getFileLinkStatus(Path path) throws IOException {
      return Files.isSymbolicLink(pathToFile(path).toPath())
          ? super.getFileLinkStatus(path)
          : getFileStatus(path);
    }
  }

  /** The same disk for Hadoop's {@code FileContext}. */
  public static final class Linked extends ChecksumFs {
    /** For Hadoop. */
    public Linked(URI disk, Configuration hadoop) throws IOException, URISyntaxException {
      super(new LinkedRaw(disk, hadoop));
    }
  }

  private static final class LinkedRaw extends DelegateToFileSystem {
    LinkedRaw(URI disk, Configuration hadoop) throws IOException, URISyntaxException {
      super(disk, new Raw(), hadoop, disk.getScheme(), false);
    }

    @Override
    public int getUriDefaultPort() {
      return -1;
    }

    @Override
    public boolean isValidName(String path) {
      return true;
    }
  }
}
