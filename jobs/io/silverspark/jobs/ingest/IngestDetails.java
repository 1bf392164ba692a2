package io.silverspark.jobs.ingest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.jobs.config.DataSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.stage.StageRecord;
import java.util.List;
import java.util.Map;

/** What the record of {@code ingest} keeps for the report. */
public final class IngestDetails {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String UNLABELLED = "unlabelled";

  private IngestDetails() {}

  /**
   * The record. No later run skips the stage by it: only reading the files shows whether they are
   * the same.
   */
  static StageRecord record(
      JobContext context, Map<String, Long> tables, List<FileSummary> files, double seconds) {
    ObjectNode details = JSON.createObjectNode();
    ObjectNode unlabelled = details.putObject(UNLABELLED);
    for (FileSummary file : files) {
      ObjectNode table = unlabelled.withObjectProperty(file.target());
      table.put(file.split(), table.path(file.split()).asLong() + file.unlabelled());
    }
    return new StageRecord(
        IngestJob.STAGE,
        new Fingerprint(IngestJob.STAGE).settings(context.settings(), DataSettings.GROUP).digest(),
        tables,
        Map.of(),
        files.stream().mapToLong(FileSummary::rows).sum(),
        files.stream().mapToLong(FileSummary::good).sum(),
        seconds,
        "",
        details);
  }

  /**
   * Rows that were left out because they have no gold label.
   *
   * @param split such as {@code train}
   */
  public static long unlabelled(StageRecord record, String table, String split) {
    return record.details().path(UNLABELLED).path(table).path(split).asLong();
  }
}
