package io.silverspark.jobs.table;

/** Anchors with the text that answers them. */
public final class PairsTable {
  /** Columns, keys and constraints. */
  public static final TableDefinition DEFINITION =
      TableDefinition.named("pairs")
          .meaning("An anchor and a positive, such as question and answer")
          .writtenBy("ingest")
          .column("id", "bigint", "xxhash64 of split, texts and occurrence")
          .column("split", "string", "train, validation or test")
          .column("row", "bigint", "position in the files of the split, from 0")
          .column("anchor", "string", "what is asked or looked for")
          .column("positive", "string", "a text that answers it")
          .nullableColumn("key", "string", "id of the row in its source, if the settings map one")
          .column("source", "string", "file, relative to data.dir, or name of the relation")
          .constraint("split_known", "split in ('train', 'validation', 'test')")
          .constraint("texts_not_blank", "length(trim(anchor)) > 0 and length(trim(positive)) > 0")
          .build();

  private PairsTable() {}
}
