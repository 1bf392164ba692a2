package io.silverspark.jobs.table;

/** Input rows that ingest refused. */
public final class QuarantineTable {
  /** Columns, keys and constraints. */
  public static final TableDefinition DEFINITION =
      TableDefinition.named("quarantine")
          .meaning("One malformed input row and the reason")
          .writtenBy("ingest")
          .column("id", "bigint", "xxhash64 of table, split, file and line")
          .column("target", "string", "table that the row was meant for")
          .column("split", "string", "train, validation or test")
          .column("source", "string", "file, relative to data.dir")
          .column("line", "bigint", "line in the file, or row of a Parquet file, from 1")
          .column("reason", "string", "what is wrong")
          .column("raw", "string", "the row as it was read, cut to 10,000 characters")
          .build();

  private QuarantineTable() {}
}
