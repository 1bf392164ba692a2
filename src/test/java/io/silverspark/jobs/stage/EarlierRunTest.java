package io.silverspark.jobs.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.EarlierVersion;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.Provenance;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.WriteResult;
import io.silverspark.jobs.train.TrainingDetails;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What version 0.1.0 left in a run directory. */
@Tag("spark")
@ExtendWith(SparkFixture.class)
class EarlierRunTest {
  private static final Path WRITTEN = Path.of("src/test/resources/io/silverspark/version-0.1.0");

  @Test
  void run_ofAnEarlierVersion_isReadAndWrittenOn(SparkSession spark, @TempDir Path directory)
      throws IOException {
    Files.createDirectories(directory.resolve("tables"));
    EarlierVersion.copy(WRITTEN.resolve("stages"), directory.resolve("stages"));
    EarlierVersion.copy(WRITTEN.resolve("nli_pairs"), directory.resolve("tables/nli_pairs"));

    JobContext context = SparkFixture.context(spark, "explain", "run.dir=" + directory);
    StageRecord record = StageRecord.last(context, "train-cross").orElseThrow();
    assertThat(record.note()).isEqualTo("3 steps over 24 gold pairs");
    assertThat(TrainingDetails.curve(record).steps()).hasSize(3);
    assertThat(LineageFile.read(WRITTEN.resolve("cross-encoder")).orElseThrow().get("id").asText())
        .isEqualTo(record.fingerprint());

    StoredTable table = new JobRun(spark, directory).table(NliPairsTable.DEFINITION);
    Provenance written = table.provenance(1).orElseThrow();
    assertThat(written.job()).isEqualTo("ingest");
    assertThat(written.run()).isEqualTo("old");
    Dataset<Row> rows = table.read();
    assertThat(rows.count()).isEqualTo(24);
    WriteResult result = table.replace(rows.where("row < 20").localCheckpoint(true), Map.of());
    assertThat(result.toString()).isEqualTo("4 deleted");
    assertThat(table.provenance(2).orElseThrow().job()).isEqualTo("test");
  }
}
