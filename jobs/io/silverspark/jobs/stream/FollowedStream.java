package io.silverspark.jobs.stream;

import io.silverspark.jobs.run.Console;
import io.silverspark.jobs.run.FailureText;
import io.silverspark.model.error.UserException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.apache.spark.sql.streaming.Trigger;

/**
 * A stream from its start to its end, told to the user.
 *
 * @param command name of the command
 * @param source what is followed, for messages
 * @param checkpoint directory of the progress
 * @param console that is told
 */
public record FollowedStream(String command, String source, String checkpoint, Console console) {
  private static final long POLL_MILLIS = 500;
  private static final Pattern CHANGED =
      Pattern.compile("DELTA_SOURCE_TABLE_IGNORE_CHANGES|DELTA_SOURCE_IGNORE_DELETE");
  private static final Pattern OTHER_COLUMNS =
      Pattern.compile("DELTA_SCHEMA_CHANGED|DELTA_STREAMING_\\w*SCHEMA");
  private static final Pattern FOLLOWED_TWICE =
      Pattern.compile("CONCURRENT_STREAM_LOG_UPDATE|CONCURRENT_QUERY|another query with same id");

  /** Starts a query. */
  @FunctionalInterface
  public interface Start {
    /** The running query. */
    StreamingQuery start() throws TimeoutException;
  }

  /** What is done with one batch. */
  @FunctionalInterface
  public interface Work {
    /**
     * Writes what becomes of the rows, exactly once however often it is called with one number.
     *
     * @param number of the batch, from 0
     * @return what the user is told
     */
    String apply(Dataset<Row> rows, long number);
  }

  /**
   * Runs a query to its end, which for an endless one is a failure or a signal.
   *
   * @param output where rows go; told with each batch
   * @throws UserException if the source or a second stream does not allow it to go on
   */
  public void run(Start start, String output) {
    await(
        start,
        batch ->
            "batch %d, %,d rows -> %s".formatted(batch.batchId(), batch.numInputRows(), output));
  }

  /**
   * The same with work of one's own for each batch.
   *
   * @param rows a stream
   */
  public void run(Dataset<Row> rows, Trigger trigger, Work work) {
    await(
        () ->
            rows.writeStream()
                .queryName(command + " " + checkpoint)
                .option("checkpointLocation", checkpoint)
                .trigger(trigger)
                .foreachBatch(
                    (VoidFunction2<Dataset<Row>, Long>)
                        (batch, number) ->
                            tell("batch %d, %s".formatted(number, work.apply(batch, number))))
                .start(),
        batch -> "");
  }

  private void await(Start start, Function<StreamingQueryProgress, String> told) {
    StreamingQuery query = null;
    try {
      query = start.start();
      await(query, told);
    } catch (StreamingQueryException | TimeoutException | RuntimeException e) {
      throw explained(e);
    } finally {
      stop(query);
    }
  }

  private static void stop(StreamingQuery query) {
    try {
      if (query != null && query.isActive()) {
        query.stop();
      }
    } catch (TimeoutException e) {
      throw new IllegalStateException("the stream does not end", e);
    }
  }

  /** Tells of each batch with rows, until the query has ended. */
  private void await(StreamingQuery query, Function<StreamingQueryProgress, String> told)
      throws StreamingQueryException {
    long last = -1;
    boolean ended = false;
    while (!ended) {
      ended = query.awaitTermination(POLL_MILLIS);
      for (StreamingQueryProgress batch : query.recentProgress()) {
        if (batch.batchId() > last && batch.numInputRows() > 0) {
          last = batch.batchId();
          tell(told.apply(batch));
        }
      }
    }
    if (last < 0) {
      tell("no new rows in " + source);
    }
  }

  private void tell(String text) {
    if (!text.isEmpty()) {
      console.tell(command + ": " + text);
    }
  }

  private RuntimeException explained(Exception failure) {
    Optional<UserException> mistake = FailureText.userMistake(failure);
    if (mistake.isPresent()) {
      return mistake.get();
    }
    String text = messages(failure);
    if (CHANGED.matcher(text).find()) {
      return new UserException(
          ("rows of %s were changed or deleted since the last run, and --follow takes new rows"
                  + " only; --skip-changes ignores such commits")
              .formatted(source),
          failure);
    }
    if (OTHER_COLUMNS.matcher(text).find()) {
      return new UserException(
          ("the columns of %s were changed while it was followed; run '%s' again, which goes on"
                  + " where it was and tells if a column that it needs is gone")
              .formatted(source, command),
          failure);
    }
    if (FOLLOWED_TWICE.matcher(text).find()) {
      return new UserException(
          ("another '%s --follow' works with the checkpoint %s; nothing was written twice. Stop one"
                  + " of them")
              .formatted(command, checkpoint),
          failure);
    }
    return new IllegalStateException("following " + source + " failed", failure);
  }

  private static String messages(Throwable failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      text.append(cause).append('\n');
    }
    return text.toString();
  }
}
