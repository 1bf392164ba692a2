package io.silverspark.jobs.run;

import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;

/**
 * Counts rows that pass through the executors and advances a {@link Progress} at the end of each
 * task. The progress stays open when the counter is closed.
 */
public final class RowCounter implements AutoCloseable {
  private final SparkSession spark;
  private final TaskEnds listener;

  /** Starts to listen. */
  public RowCounter(SparkSession spark, Progress progress) {
    this.spark = spark;
    this.listener = new TaskEnds(spark.sparkContext().longAccumulator("rows"), progress);
    spark.sparkContext().addSparkListener(listener);
  }

  /** The same rows; each is counted when it is computed, again if it is computed again. */
  public Dataset<Row> counted(Dataset<Row> rows) {
    return rows.mapPartitions(new Counting(listener.count), Encoders.row(rows.schema()));
  }

  @Override
  public void close() {
    spark.sparkContext().removeSparkListener(listener);
    listener.advance();
  }

  private static final class TaskEnds extends SparkListener {
    private final LongAccumulator count;
    private final Progress progress;
    private long shown;

    TaskEnds(LongAccumulator count, Progress progress) {
      this.count = count;
      this.progress = progress;
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd ended) {
      advance();
    }

    /** A task's rows reach the accumulator on the driver when the task has succeeded. */
    synchronized void advance() {
      long now = count.value();
      if (now > shown) {
        progress.advance(now - shown);
        shown = now;
      }
    }
  }

  private record Counting(LongAccumulator count) implements MapPartitionsFunction<Row, Row> {
    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return rows.hasNext();
        }

        @Override
        public Row next() {
          Row row = rows.next();
          count.add(1);
          return row;
        }
      };
    }
  }
}
