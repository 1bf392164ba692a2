package io.silverspark.jobs.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A small text on a file system of Hadoop. */
public final class SmallFile {
  private SmallFile() {}

  /** Writes under another name first, so that the file is whole when it is there. */
  public static void write(FileSystem files, Path file, String text) throws IOException {
    Path partial = new Path(file.getParent(), "." + file.getName() + ".partial");
    try (OutputStream out = files.create(partial, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    if (!files.rename(partial, file)) {
      throw new IOException("cannot rename " + partial);
    }
  }
}
