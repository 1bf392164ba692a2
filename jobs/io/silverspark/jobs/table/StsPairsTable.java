package io.silverspark.jobs.table;

/** Sentence pairs with a graded similarity. */
public final class StsPairsTable {
  /** Columns, keys and constraints. */
  public static final TableDefinition DEFINITION =
      TableDefinition.named("sts_pairs")
          .meaning("Two sentences with a similarity given by people")
          .writtenBy("ingest")
          .column("id", "bigint", "xxhash64 of split, texts and occurrence")
          .column("split", "string", "train, validation or test")
          .column("row", "bigint", "position in the files of the split, from 0")
          .column("sentence1", "string", "first sentence")
          .column("sentence2", "string", "second sentence")
          .column("score", "double", "similarity from 0 to 5")
          .column("source", "string", "file, relative to data.dir")
          .constraint("split_known", "split in ('train', 'validation', 'test')")
          .constraint("score_in_range", "score >= 0 and score <= 5")
          .constraint(
              "texts_not_blank", "length(trim(sentence1)) > 0 and length(trim(sentence2)) > 0")
          .build();

  private StsPairsTable() {}
}
