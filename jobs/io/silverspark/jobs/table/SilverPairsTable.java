package io.silverspark.jobs.table;

/** Pairs labelled by the cross-encoder. */
public final class SilverPairsTable {
  /** Columns, keys and constraints. */
  public static final TableDefinition DEFINITION =
      TableDefinition.named("silver_pairs")
          .meaning("Two sentences with the similarity given by the cross-encoder")
          .writtenBy("label")
          .column("id", "bigint", "xxhash64 of the sentences, as in candidate_pairs")
          .column("sentence1", "string", "first sentence")
          .column("sentence2", "string", "second sentence")
          .column("score", "float", "similarity from 0 to 1; 0 or 1 with hard labels")
          .nullableColumn(
              "label", "int", "NLI class of greatest probability, if the model has all three")
          .column("model", "string", "id of the cross-encoder in models")
          .column("labelling", "string", "hash of cross-encoder and settings")
          .column("chunk", "int", "commit that labelled the pair, from 0")
          .constraint("score_in_range", "score >= 0 and score <= 1")
          .build();

  private SilverPairsTable() {}
}
