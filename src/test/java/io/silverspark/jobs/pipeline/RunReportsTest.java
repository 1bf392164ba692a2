package io.silverspark.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.silverspark.SparkFixture;
import io.silverspark.jobs.ingest.IngestJob;
import io.silverspark.jobs.report.DataSummary;
import io.silverspark.jobs.report.Evaluation;
import io.silverspark.jobs.report.RunReport;
import io.silverspark.jobs.run.JobContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class RunReportsTest {
  private static final String HEADER = "premise\thypothesis\tlabel\n";

  @Test
  void collect_rowsWithoutGoldLabelAndBadRows_areCountedWhereTheyStood(
      SparkSession spark, @TempDir Path directory) throws Exception {
    String good = "A man sings.\tSomebody sings.\tentailment\n";
    Files.writeString(directory.resolve("train.tsv"), HEADER + good + "a\tb\t-\n" + "c\td\t-\n");
    Files.writeString(
        directory.resolve("dev.tsv"), HEADER + good + "e\tf\t-\n" + "g\th\tperhaps\n");
    JobContext context =
        SparkFixture.context(
            spark,
            "ingest",
            "run.dir=" + directory.resolve("run"),
            "data.dir=" + directory,
            "data.nli.train=train.tsv",
            "data.nli.validation=dev.tsv",
            "data.maxBadShare=0.5");
    new IngestJob().run(context);

    Evaluation none = new Evaluation(null, null, null, null, null);
    RunReport report = RunReports.collect(context, Instant.now(), none, List.of());

    assertThat(report.data().counts())
        .containsExactly(
            new DataSummary.DataCount("nli_pairs train", 3, 1, 2, 0),
            new DataSummary.DataCount("nli_pairs validation", 3, 1, 1, 1));
    assertThat(report.data().quarantine())
        .extracting(DataSummary.QuarantineCount::source, DataSummary.QuarantineCount::rows)
        .containsExactly(tuple("dev.tsv", 1L));
  }
}
