package io.silverspark.jobs.table;

/** Pairs of natural language inference with a gold label. */
public final class NliPairsTable {
  /** Columns, keys and constraints. */
  public static final TableDefinition DEFINITION =
      TableDefinition.named("nli_pairs")
          .meaning("One premise and hypothesis with a gold label")
          .writtenBy("ingest")
          .column("id", "bigint", "xxhash64 of split, texts and occurrence")
          .column("split", "string", "train, validation or test")
          .column("row", "bigint", "position in the files of the split, from 0")
          .column("premise", "string", "first sentence")
          .column("hypothesis", "string", "second sentence")
          .column("label", "int", "0 entailment, 1 neutral, 2 contradiction")
          .nullableColumn("genre", "string", "genre of the premise if the file says")
          .column("source", "string", "file, relative to data.dir")
          .constraint("split_known", "split in ('train', 'validation', 'test')")
          .constraint("label_known", "label in (0, 1, 2)")
          .constraint(
              "texts_not_blank", "length(trim(premise)) > 0 and length(trim(hypothesis)) > 0")
          .build();

  private NliPairsTable() {}
}
