package io.silverspark.jobs.mine;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.xxhash64;

import io.silverspark.jobs.config.MineSettings;
import io.silverspark.jobs.config.MinedTableSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.StableId;
import io.silverspark.model.mining.HardNegativeMiner;
import io.silverspark.model.mining.HardNegativePolicy;
import io.silverspark.model.mining.MinedFormat;
import io.silverspark.model.mining.NegativeDifficulty;
import io.silverspark.udfs.columns.PairScoring;
import io.silverspark.udfs.mining.DistributedHardNegativeMiner;
import io.silverspark.udfs.mining.MinedRows;
import io.silverspark.udfs.search.NeighbourSearch;
import io.silverspark.udfs.serving.EncodeSpec;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Mines the rows of the table {@code triplets}. */
final class Triplets {
  /** The margin alpha of FaceNet (Schroff et al. 2015, arXiv:1503.03832). */
  private static final double SEMI_HARD_MARGIN = 0.2;

  private Triplets() {}

  /**
   * Anchors with their positives and negatives; computed when used.
   *
   * @param ids columns id and corpus_id: ids of the user's for the texts of the corpus, if any
   */
  static MinedRows mine(
      JobContext context,
      TripletSource source,
      RoleTexts texts,
      NeighbourSearch search,
      Optional<Dataset<Row>> ids) {
    Dataset<Row> mined =
        DistributedHardNegativeMiner.documents(
            source.pairs(),
            source.corpus(),
            texts.queries().vectors(),
            texts.corpus().vectors(),
            miner(context).by(search.similarity()),
            search,
            MiningModel.crossEncoder(context).map(spec -> pairs -> rescored(pairs, texts, spec)));
    Dataset<Row> withAnchors = texts.queries().withText(mined, "anchor_id", "anchor");
    Dataset<Row> withTexts = texts.corpus().withText(withAnchors, "document_id", "document");
    return MinedRows.of(ids.map(own -> withIds(withTexts, own)).orElse(withTexts));
  }

  private static Dataset<Row> withIds(Dataset<Row> documents, Dataset<Row> ids) {
    Dataset<Row> one = ids.groupBy(col("id").as("text_id")).agg(min("corpus_id").as("id"));
    return documents.join(one, col("document_id").equalTo(col("text_id")), "left").drop("text_id");
  }

  /** Rows of the table but for {@code row}; computed when used. */
  static Dataset<Row> rows(JobContext context, MinedRows mined, String model) {
    Dataset<Row> triplets =
        mined
            .withoutIncludedPositives()
            .as(MinedFormat.TRIPLET, context.get(MineSettings.NEGATIVES_PER_ANCHOR), true);
    return triplets.select(
        StableId.of(col("anchor"), col("positive"), col("negative")).as("id"),
        col("anchor"),
        col("positive"),
        col("negative"),
        lit(name(context.get(MineSettings.STRATEGY))).as("strategy"),
        element_at(col("scores"), 1).as("positive_score"),
        element_at(col("scores"), 2).as("negative_score"),
        lit(MiningModel.crossEncoder(context).map(EncodeSpec::model).orElse(model)).as("model"));
  }

  private static Dataset<Row> rescored(Dataset<Row> pairs, RoleTexts texts, EncodeSpec spec) {
    Dataset<Row> withFirst = texts.queries().withText(pairs, "query_id", "query_text");
    Dataset<Row> withBoth = texts.corpus().withText(withFirst, "corpus_id", "corpus_text");
    return PairScoring.scorePairs(withBoth, "query_text", "corpus_text", "score", spec)
        .select("query_id", "corpus_id", "score");
  }

  /** The order in which training reads the triplets when it does not shuffle. */
  static Column[] order(JobContext context) {
    return new Column[] {xxhash64(col("id"), lit(context.get(RunSettings.SEED))), col("id")};
  }

  private static String name(NegativeDifficulty difficulty) {
    return difficulty.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static HardNegativeMiner miner(JobContext context) {
    NegativeDifficulty difficulty = context.get(MineSettings.STRATEGY);
    Optional<Double> margin = context.get(MineSettings.MARGIN);
    boolean isHard = difficulty == NegativeDifficulty.HARD;
    HardNegativePolicy policy =
        new HardNegativePolicy(
            context.get(MineSettings.NEGATIVES_PER_ANCHOR),
            context.get(MineSettings.RANGE_MIN),
            context.get(MineSettings.RANGE_MAX).map(OptionalInt::of).orElseGet(OptionalInt::empty),
            optional(context.get(MineSettings.MAX_SCORE)),
            optional(context.get(MineSettings.MIN_SCORE)),
            isHard ? optional(margin) : OptionalDouble.empty(),
            optional(context.get(MineSettings.RELATIVE_MARGIN)),
            context.get(MineSettings.SAMPLING),
            context.get(RunSettings.SEED),
            context.get(MinedTableSettings.INCLUDE_POSITIVES));
    double usual = difficulty == NegativeDifficulty.SEMI_HARD ? SEMI_HARD_MARGIN : 0;
    return new HardNegativeMiner(policy, difficulty, isHard ? 0 : margin.orElse(usual));
  }

  private static OptionalDouble optional(Optional<Double> value) {
    return value.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
  }
}
