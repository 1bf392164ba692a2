package io.silverspark.jobs.ingest;

import io.silverspark.jobs.run.FailureText;
import java.io.FileNotFoundException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.spark.SparkThrowable;
import org.apache.spark.TaskKilledException;

/**
 * Tells a file that is cut or damaged from a storage that does not answer: the one stays as it is,
 * the other may be well in a minute.
 */
final class FileDamage {
  private static final String NOT_READ = "FAILED_READ_FILE";
  private static final List<Class<? extends Exception>> STORAGE =
      List.of(
          FileNotFoundException.class,
          FileSystemException.class,
          InterruptedIOException.class,
          ClosedChannelException.class);

  private static final List<Class<? extends Exception>> STOPS =
      List.of(TaskKilledException.class, InterruptedException.class);

  /** What reads files over a network; no reader of a format is in them. */
  private static final List<String> CLIENTS =
      List.of(
          "java.net.",
          "javax.net.",
          "org.apache.hadoop.fs.",
          "org.apache.hadoop.hdfs.",
          "org.apache.hadoop.ipc.",
          "org.apache.hadoop.net.",
          "org.apache.hadoop.security.",
          "com.amazonaws.",
          "software.amazon.",
          "com.azure.",
          "com.google.cloud.");

  private FileDamage() {}

  /**
   * What is wrong with a file that Spark's reader failed at.
   *
   * @return empty if the failure is not the file's
   */
  static Optional<String> of(Exception failure) {
    boolean isOfReader =
        failure instanceof SparkThrowable spark
            ? String.valueOf(spark.getCondition()).startsWith(NOT_READ)
            : STOPS.stream().noneMatch(kind -> kind.isInstance(failure));
    return isOfReader && !isOfStorage(failure)
        ? Optional.of("damaged: " + FailureText.oneLine(failure))
        : Optional.empty();
  }

  /** Whether the storage failed, or does not have the file. */
  static boolean isOfStorage(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isStorage(cause)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isStorage(Throwable cause) {
    String name = cause.getClass().getName();
    return STORAGE.stream().anyMatch(kind -> kind.isInstance(cause))
        || CLIENTS.stream().anyMatch(name::startsWith) && !(cause instanceof ChecksumException);
  }
}
