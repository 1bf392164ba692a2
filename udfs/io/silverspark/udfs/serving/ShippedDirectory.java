package io.silverspark.udfs.serving;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.silverspark.model.disk.AtomicWrite;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.util.Utils;

/**
 * A directory of the driver that is broadcast to executors, which may not see the driver's disk. It
 * is written from disk when Spark serialises it and is on disk again when an executor has read it,
 * so that its files need never fit into the heap as one object.
 *
 * <p>On an executor it lies in Spark's local directory, which goes when the application ends, once
 * for each content. Nobody changes it there.
 */
@DefaultSerializer(
    JavaSerializer.class) // where spark.serializer is Kryo, which ignores writeObject
public final class ShippedDirectory implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int BUFFER_BYTES = 1 << 20;

  private final String content;
  private transient Path path;

  private ShippedDirectory(Path path, String content) {
    this.path = path;
    this.content = content;
  }

  /**
   * A directory as it is now; it has to stay until it is broadcast.
   *
   * @param path of this process
   */
  public static ShippedDirectory of(Path path) {
    Path absolute = path.toAbsolutePath();
    return new ShippedDirectory(absolute, ModelFingerprint.of(absolute.toString()));
  }

  /** Where the directory is in this process. */
  public Path path() {
    return path;
  }

  /** The place of a content in this process, whether it has come or not. */
  static Path place(String content) {
    SparkEnv here = SparkEnv.get();
    return Path.of(Utils.getLocalDir(here.conf())).resolve("silverspark-" + content);
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    List<Path> files;
    try (Stream<Path> tree = Files.walk(path)) {
      files = tree.filter(Files::isRegularFile).sorted().toList();
    }
    out.writeInt(files.size());
    for (Path file : files) {
      out.writeUTF(path.relativize(file).toString().replace('\\', '/'));
      out.writeLong(Files.size(file));
      try (InputStream in = Files.newInputStream(file)) {
        copy(in, Files.size(file), out);
      }
    }
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    path = place(content);
    // Where it is here already, Java skips what is left of the stream.
    AtomicWrite.directoryOnce(path, partial -> readFiles(in, partial));
  }

  private static void readFiles(ObjectInputStream in, Path directory) throws IOException {
    int files = in.readInt();
    for (int i = 0; i < files; i++) {
      Path file = directory.resolve(in.readUTF());
      Files.createDirectories(file.getParent());
      try (var out = Files.newOutputStream(file)) {
        copy(in, in.readLong(), out);
      }
    }
  }

  private static void copy(InputStream in, long bytes, java.io.OutputStream out)
      throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (long left = bytes; left > 0; ) {
      int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (read < 0) {
        throw new java.io.EOFException("a file of a shipped directory ends too early");
      }
      out.write(buffer, 0, read);
      left -= read;
    }
  }
}
