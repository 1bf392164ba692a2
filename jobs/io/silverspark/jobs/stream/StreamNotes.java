package io.silverspark.jobs.stream;

import io.silverspark.jobs.files.SmallFile;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * What a stream began with, kept beside its checkpoint: rows that were made in two ways would stand
 * in one table without any error.
 *
 * @param checkpoint directory of the progress
 * @param file name of the notes in it
 * @param reason why another beginning is refused and what to do, for the message
 */
public record StreamNotes(String checkpoint, String file, String reason) {
  private static final String ID = "stream";

  /**
   * Notes everything at the first run and compares it at every further one.
   *
   * @param now what the rows depend on
   * @param untold values of keys that the notes of an earlier version lack
   * @return name of the stream, made at its first run; empty where an earlier version began it
   * @throws UserException if the stream began with something else
   */
  public String claim(SparkSession spark, Properties now, Map<String, String> untold) {
    Path path = new Path(checkpoint, file);
    try {
      FileSystem files = path.getFileSystem(spark.sessionState().newHadoopConf());
      if (!files.exists(path)) {
        Properties noted = new Properties();
        noted.putAll(now);
        noted.setProperty(ID, UUID.randomUUID().toString());
        write(files, path, noted);
      }
      Properties then = read(files, path);
      compare(then, now, untold);
      return then.getProperty(ID, "");
    } catch (IOException e) {
      throw new UserException("checkpoint " + checkpoint + " cannot be used: " + e, e);
    }
  }

  /** Whether a stream began with this checkpoint. */
  public boolean exist(SparkSession spark) {
    Path path = new Path(checkpoint, file);
    try {
      return path.getFileSystem(spark.sessionState().newHadoopConf()).exists(path);
    } catch (IOException e) {
      throw new UserException("checkpoint " + checkpoint + " cannot be used: " + e, e);
    }
  }

  private void compare(Properties then, Properties now, Map<String, String> untold) {
    for (String key : new TreeSet<>(now.stringPropertyNames())) {
      String before = then.getProperty(key, untold.getOrDefault(key, ""));
      if (!before.equals(now.getProperty(key))) {
        throw new UserException(
            "%s was started with %s '%s', now it is '%s'; %s"
                .formatted(checkpoint, key, before, now.getProperty(key), reason));
      }
    }
  }

  private static Properties read(FileSystem files, Path path) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = new InputStreamReader(files.open(path), StandardCharsets.UTF_8)) {
      properties.load(reader);
    }
    return properties;
  }

  private static void write(FileSystem files, Path path, Properties noted) throws IOException {
    StringWriter text = new StringWriter();
    noted.store(text, "what this stream is made with");
    SmallFile.write(files, path, text.toString());
  }
}
