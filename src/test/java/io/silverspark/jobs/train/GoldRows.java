package io.silverspark.jobs.train;

import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.table.StsPairsTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Graded pairs to train on, and settings under which a step takes a fraction of a second. */
final class GoldRows {
  private static final List<String> SUBJECTS =
      List.of("The cat", "A lawyer", "My train", "This soup", "The river", "Our teacher");
  private static final List<String> ENDS = List.of("is late.", "sleeps in the sun.", "was cold.");

  private GoldRows() {}

  static void write(JobRun run, int train, int validation) {

    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < train + validation; i++) {
      String first = SUBJECTS.get(i % 6) + " " + ENDS.get(i % 3) + " " + i;
      String second = SUBJECTS.get(i / 6 % 6) + " " + ENDS.get(i % 2) + " " + i % 11;
      String split = i < train ? "train" : "validation";
      rows.add(RowFactory.create((long) i, split, (long) i, first, second, i % 6 * 1.0, "test"));
    }
    run.write(StsPairsTable.DEFINITION, rows, 1);
  }

  static String[] settings(String... more) {
    return Stream.concat(
            Stream.of(
                "gold.source=sts",
                "train.data=gold",
                "train.batchSize=8",
                "train.epochs=2",
                "train.checkpointSteps=4",
                "cross.epochs=1",
                "cross.batchSize=16"),
            Arrays.stream(more))
        .toArray(String[]::new);
  }
}
