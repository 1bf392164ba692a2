package io.silverspark.jobs.mine;

import io.silverspark.jobs.config.MineSettings;
import io.silverspark.jobs.config.MinedTableSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.StreamMark;
import io.silverspark.jobs.table.TableAddress;
import io.silverspark.model.error.UserException;
import io.silverspark.udfs.mining.MinedRows;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The user's Delta table of mined rows, in the format that the user's training reads.
 *
 * @param address value of {@code mine.output}
 */
record MinedTable(TableAddress address) {
  /**
   * The table of the settings; empty if there is to be none.
   *
   * @throws UserException if the path has the ending of another format
   */
  static Optional<MinedTable> of(JobContext context) {
    String path = context.get(MinedTableSettings.OUTPUT);
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (!TableAddress.isName(path) && name.contains(".") && !name.endsWith(".delta")) {
      throw new UserException(
          "mine.output = '%s' has the ending of another format: expected a directory for a Delta table, with the ending .delta or none, or catalog:NAME.SCHEMA.TABLE"
              .formatted(path));
    }
    return path.isEmpty() ? Optional.empty() : Optional.of(new MinedTable(new TableAddress(path)));
  }

  /** Replaces the table, seen whole or not at all, unless a stream fills it. */
  void write(JobContext context, MinedRows mined) {
    if (new StreamMark(context.spark(), address).checkpoint().isPresent()) {
      context
          .console()
          .tell("mine: 'mine --follow' fills %s, which stays as it is".formatted(address));
      return;
    }
    Dataset<Row> rows = rows(context, mined);
    context.phase(
        "write mine.output",
        () ->
            address.save(
                rows.write().format("delta").mode("overwrite").option("overwriteSchema", "true")));
    context
        .console()
        .tell(
            String.format(
                Locale.ROOT,
                "%s: %,d rows (%s)",
                address,
                address.read(context.spark()).count(),
                String.join(", ", rows.columns())));
  }

  /** The rows in the format of the settings. */
  Dataset<Row> rows(JobContext context, MinedRows mined) {
    return mined.as(
        context.get(MinedTableSettings.OUTPUT_FORMAT),
        context.get(MineSettings.NEGATIVES_PER_ANCHOR),
        context.get(MinedTableSettings.OUTPUT_SCORES));
  }
}
