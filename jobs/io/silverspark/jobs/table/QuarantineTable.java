package io.silverspark.jobs.table;

/** Rows that a job refused. */
public final class QuarantineTable {
  /** Condition of the rows that {@code label} refused; the others are of {@code ingest}. */
  public static final String OF_LABEL = "target = 'silver_pairs'";

  /** Columns, keys and constraints. */
  public static final TableDefinition DEFINITION =
      TableDefinition.named("quarantine")
          .meaning("One row that could not be used, and the reason")
          .writtenBy("ingest")
          .column(
              "id",
              "bigint",
              "xxhash64 of table, split, source and line; of a relation, of the content too")
          .column("target", "string", "table that the row was meant for")
          .column("split", "string", "train, validation or test; of pairs to label, the labelling")
          .column("source", "string", "file, relative to data.dir; of pairs to label, their table")
          .column(
              "line",
              "bigint",
              "line in the file, or row of a Parquet file, from 1; 0 of a relation; of pairs to label, their id")
          .column("reason", "string", "what is wrong")
          .column("raw", "string", "the row as it was read, cut to 10,000 characters")
          .build();

  private QuarantineTable() {}
}
