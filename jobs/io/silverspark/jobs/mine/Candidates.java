package io.silverspark.jobs.mine;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.xxhash64;

import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.SilverSettings;
import io.silverspark.jobs.gold.GoldPairs;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.PairsTable;
import io.silverspark.jobs.table.StableId;
import io.silverspark.model.mining.CandidatePair.Origin;
import io.silverspark.model.mining.ScoreDensity;
import io.silverspark.model.mining.SilverPolicy;
import io.silverspark.udfs.mining.SilverCandidates;
import io.silverspark.udfs.search.NeighbourSearch;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Chooses the rows of the table {@code candidate_pairs}.
 *
 * @param texts embeddings of at least {@link #texts(JobContext, MineInputs)}
 * @param same which of them are one to the model
 * @param search finds neighbours among the sentences
 */
record Candidates(
    JobContext context,
    MineInputs inputs,
    EmbeddedTexts texts,
    SameTexts same,
    NeighbourSearch search) {
  private static final int BINS = 20;

  /** Whether sentences are paired again, for which they need embeddings. */
  static boolean areRecombined(JobContext context) {
    return context.get(SilverSettings.METHOD).equals("recombine");
  }

  /** Columns id and text of {@code silver.corpus}, with repeats. */
  static Dataset<Row> sentences(JobContext context, MineInputs inputs) {
    return switch (context.get(SilverSettings.CORPUS)) {
      case "nli" ->
          MineInputs.texts(inputs.trainRows(NliPairsTable.DEFINITION), "premise", "hypothesis");
      case "pairs" ->
          MineInputs.texts(inputs.trainRows(PairsTable.DEFINITION), "anchor", "positive");
      case "intents" -> MineInputs.texts(inputs.trainRows(IntentsTable.DEFINITION), "text");
      default -> MineInputs.texts(GoldPairs.of(context).rest(), "sentence1", "sentence2");
    };
  }

  /** Texts that need embeddings: the sentences, and the gold pairs where they set the density. */
  static Dataset<Row> texts(JobContext context, MineInputs inputs) {
    Dataset<Row> sentences = sentences(context, inputs);
    return isByDensity(context)
        ? sentences.union(MineInputs.texts(GoldPairs.of(context).rows(), "sentence1", "sentence2"))
        : sentences;
  }

  /** Texts that are only compared: those of the pairs to leave out, and those to label again. */
  static Dataset<Row> compared(JobContext context, MineInputs inputs) {
    Dataset<Row> known = inputs.knownTexts();
    return areRecombined(context)
        ? known
        : known.union(MineInputs.texts(GoldPairs.of(context).rest(), "sentence1", "sentence2"));
  }

  /**
   * New pairs of sentences: neighbours and random ones.
   *
   * @param known columns first_id and second_id of pairs to leave out
   * @return rows of the table but for {@code chunk}; computed when used
   */
  Dataset<Row> recombined(Dataset<Row> known) {
    Dataset<Row> sentences = texts.withVectors(same.replace(sentences(context, inputs), "id"));
    Origin origin =
        context.get(SilverSettings.SEARCH).equals("bm25") ? Origin.BM25 : Origin.NEIGHBOUR;
    Dataset<Row> pairs = SilverCandidates.sample(sentences, known, policy(), search, origin);
    Dataset<Row> withFirst = texts.withText(pairs, "first_id", "sentence1");
    return texts
        .withText(withFirst, "second_id", "sentence2")
        .select(
            StableId.of(col("sentence1"), col("sentence2")).as("id"),
            col("sentence1"),
            col("sentence2"),
            col("origin"),
            col("score").as("similarity"));
  }

  /** The training pairs that are not gold, as they are; columns as of {@link #recombined}. */
  static Dataset<Row> relabelled(JobContext context, Dataset<Row> known, SameTexts same) {
    Dataset<Row> rest =
        GoldPairs.of(context)
            .rest()
            .where(length(trim(col("sentence1"))).gt(0).and(length(trim(col("sentence2"))).gt(0)));
    Dataset<Row> fresh =
        same.replacePairs(MineInputs.withPairIds(rest, "sentence1", "sentence2"))
            .join(known, new String[] {"first_id", "second_id"}, "left_anti")
            .groupBy(StableId.of(col("sentence1"), col("sentence2")).as("id"))
            .agg(min("sentence1").as("sentence1"), min("sentence2").as("sentence2"))
            .withColumn("origin", lit("relabel"))
            .withColumn("similarity", lit(null).cast("float"));
    int rows = context.get(SilverSettings.ROWS);
    long seed = context.get(RunSettings.SEED);
    return rows == 0 ? fresh : fresh.orderBy(xxhash64(col("id"), lit(seed)), col("id")).limit(rows);
  }

  /** How many pairs of which kinds. */
  SilverPolicy policy() {
    int rows = context.get(SilverSettings.ROWS);
    boolean isRandom = context.get(SilverSettings.SAMPLING).equals("random");
    return new SilverPolicy(
        context.get(SilverSettings.PER_SENTENCE),
        rows == 0 ? OptionalInt.empty() : OptionalInt.of(rows),
        isRandom ? 1 : context.get(SilverSettings.RANDOM_SHARE),
        density(),
        context.get(RunSettings.SEED));
  }

  private Optional<ScoreDensity> density() {
    return switch (context.get(SilverSettings.SAMPLING)) {
      case "stratified" -> Optional.of(ScoreDensity.uniform(BINS));
      case "density" -> {
        Dataset<Row> gold =
            same.replacePairs(
                MineInputs.withPairIds(GoldPairs.of(context).rows(), "sentence1", "sentence2"));
        Dataset<Row> apart = gold.where(col("first_id").notEqual(col("second_id")));
        yield Optional.of(
            SilverCandidates.density(apart, texts.vectors(), BINS)
                .orElseGet(() -> ScoreDensity.uniform(BINS)));
      }
      default -> Optional.empty();
    };
  }

  private static boolean isByDensity(JobContext context) {
    return context.get(SilverSettings.SAMPLING).equals("density");
  }
}
