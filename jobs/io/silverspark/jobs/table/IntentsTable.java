package io.silverspark.jobs.table;

/** Texts with an intent, in the order of their file: the Banking77 protocol depends on it. */
public final class IntentsTable {
  /** Columns, keys and constraints. */
  public static final TableDefinition DEFINITION =
      TableDefinition.named("intents")
          .meaning("One utterance with its intent")
          .writtenBy("ingest")
          .column("id", "bigint", "xxhash64 of split, text and occurrence")
          .column("split", "string", "train, validation or test")
          .column("row", "bigint", "position in the files of the split, from 0")
          .column("text", "string", "what the user said")
          .column("intent", "string", "name of the intent")
          .column("source", "string", "file, relative to data.dir")
          .constraint("split_known", "split in ('train', 'validation', 'test')")
          .constraint("text_not_blank", "length(trim(text)) > 0 and length(trim(intent)) > 0")
          .build();

  private IntentsTable() {}
}
