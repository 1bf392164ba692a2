package io.silverspark.jobs.mine;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.run.Console;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.EmbeddingsTable;
import io.silverspark.jobs.table.StableId;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class StoredEmbeddingsTest {
  private static final List<String> FIRST = List.of("a boy plays", "rain falls", "she sleeps");
  private static final List<String> SECOND = List.of("rain falls", "the train leaves");

  /** The second job does all of its work when the first one is about to append. */
  @Test
  @Tag("cluster")
  void twoJobs_thatBeginAtOneVersion_bothKeepTheirEmbeddings(
      SparkSession spark, @TempDir Path directory) {
    JobContext second = context(spark, directory, new ByteArrayOutputStream());
    TableStore.of(second).table(EmbeddingsTable.DEFINITION).createIfAbsent();
    Other other = new Other(() -> assertThat(embedded(second, SECOND)).hasSize(SECOND.size()));

    assertThat(embedded(context(spark, directory, other), FIRST))
        .containsExactlyInAnyOrderElementsOf(FIRST);

    assertThat(other.done).isTrue();
    StoredTable table = TableStore.of(second).table(EmbeddingsTable.DEFINITION);
    assertThat(table.read().select("text").as(Encoders.STRING()).collectAsList())
        .contains("a boy plays", "rain falls", "she sleeps", "the train leaves");

    // As two drivers leave them that embed the same texts at once.
    table.append(table.read().localCheckpoint(true), "twice", 0, Map.of());
    long rows = table.count();
    assertThat(embedded(second, FIRST)).containsExactlyInAnyOrderElementsOf(FIRST);
    assertThat(table.count()).as("nothing is embedded again").isEqualTo(rows);
  }

  private static List<String> embedded(JobContext context, List<String> texts) {
    Dataset<Row> rows =
        context
            .spark()
            .createDataset(texts, Encoders.STRING())
            .toDF("text")
            .withColumn("id", StableId.of(functions.col("text")));
    try (EmbeddedTexts embedded = EmbeddedTexts.of(context, rows, MiningModel.ofCorpus(context))) {
      return embedded.rows().select("text").as(Encoders.STRING()).collectAsList();
    }
  }

  private static JobContext context(SparkSession spark, Path directory, OutputStream lines) {
    JobContext plain =
        SparkFixture.context(
            spark,
            "mine",
            "run.dir=" + directory,
            "model.base=" + NarrowModel.directory(),
            "mine.embeddings=table");
    PrintStream stream = new PrintStream(lines, true, StandardCharsets.UTF_8);
    return new JobContext("mine", plain.settings(), new Console(stream, stream, true), spark);
  }

  /** Runs something when the progress of embedding is shown first, before a chunk is written. */
  private static final class Other extends OutputStream {
    private final Runnable job;
    private boolean done;

    Other(Runnable job) {
      this.job = job;
    }

    @Override
    public void write(int one) {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
      if (!done && text.contains("mine: embed texts")) {
        done = true;
        job.run();
      }
    }
  }
}
