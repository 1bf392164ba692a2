package io.silverspark.udfs.mining;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.struct;

import io.silverspark.model.mining.HardNegativeMiner;
import io.silverspark.model.mining.HardNegativeSelector;
import io.silverspark.model.mining.MinedQuery;
import io.silverspark.model.mining.NegativeDifficulty;
import io.silverspark.model.mining.Neighbour;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.udfs.columns.Columns;
import io.silverspark.udfs.columns.RowBatches;
import io.silverspark.udfs.search.NeighbourLists;
import io.silverspark.udfs.search.NeighbourSearch;
import io.silverspark.udfs.search.SearchOptions;
import io.silverspark.udfs.search.VectorPairs;
import io.silverspark.udfs.search.VectorRows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Mines negatives for (anchor, positive) pairs across the executors: a {@link NeighbourSearch} for
 * the candidates, {@link HardNegativeSelector} for the rules, so the rows are those of
 * mine_hard_negatives of sentence-transformers with output format "triplet". One difference: a text
 * is never its own negative (same id), which sentence-transformers allows when an anchor also
 * occurs in the corpus.
 */
public final class DistributedHardNegativeMiner {
  /**
   * Scores pairs of texts by a model of its own, such as a cross-encoder that denoises negatives.
   */
  @FunctionalInterface
  public interface PairRescoring {
    /**
     * Scores pairs, lazily.
     *
     * @param pairs columns query_id and corpus_id (bigint)
     * @return the same pairs as (query_id, corpus_id, score), score of type float
     */
    Dataset<Row> score(Dataset<Row> pairs);
  }

  /** Schema of the result. */
  public static final StructType RESULT =
      new StructType()
          .add("anchor_id", DataTypes.LongType, false)
          .add("positive_id", DataTypes.LongType, false)
          .add("negative_id", DataTypes.LongType, false)
          .add("score_positive", DataTypes.FloatType, false)
          .add("score_negative", DataTypes.FloatType, false)
          .add("rank", DataTypes.IntegerType, false);

  /** Schema of {@link #documents}. */
  public static final StructType DOCUMENTS =
      new StructType()
          .add("anchor_id", DataTypes.LongType, false)
          .add("document_id", DataTypes.LongType, false)
          .add("score", DataTypes.FloatType, false)
          .add("rank", DataTypes.IntegerType, false);

  static final String QUERY = "query_id";
  static final String CORPUS = "corpus_id";
  private static final String SCORE = "score";
  private static final String CANDIDATES = "candidates";

  private DistributedHardNegativeMiner() {}

  /**
   * Mines negatives. Runs a few Spark jobs at once (counts, packing the corpus); the result is
   * lazy.
   *
   * @param pairs columns {@code anchor_id} and {@code positive_id} (bigint); repeated rows count
   *     for the candidate window as in sentence-transformers
   * @param corpus column {@code id} of the texts that may be negatives; the positives always may
   * @param embeddings columns {@code id} (distinct) and {@code embedding} of every anchor, positive
   *     and corpus text; read several times, so stored
   * @param miner the rules
   * @return one row per (anchor, positive, negative); rank from 1 is the negative's place among the
   *     anchor's negatives; an anchor without negatives has no row
   * @throws io.silverspark.model.error.UserException if a column is missing or of another type; in
   *     the job, if a text has no embedding
   */
  public static Dataset<Row> mine(
      Dataset<Row> pairs, Dataset<Row> corpus, Dataset<Row> embeddings, HardNegativeMiner miner) {
    return mine(
        pairs,
        corpus,
        embeddings,
        embeddings,
        miner,
        NeighbourSearch.exact(SearchOptions.BLOCK_ROWS, "cpu", miner.similarity()),
        Optional.empty());
  }

  /**
   * The same with another search, with anchors and corpus embedded behind different prompts, or
   * with scores of another model.
   *
   * @param queries columns {@code id} (distinct) and {@code embedding} of every anchor; stored
   * @param embeddings columns {@code id} (distinct) and {@code embedding} of every positive and
   *     corpus text; stored
   * @param search finds the candidates, by the miner's similarity; unused for easy negatives, which
   *     are drawn
   * @param rescoring gives candidates and positives the scores that the filters read and that order
   *     the negatives, as sentence-transformers' argument {@code cross_encoder}; empty keeps the
   *     similarities
   * @throws IllegalArgumentException if search and miner compare by different similarities
   */
  public static Dataset<Row> mine(
      Dataset<Row> pairs,
      Dataset<Row> corpus,
      Dataset<Row> queries,
      Dataset<Row> embeddings,
      HardNegativeMiner miner,
      NeighbourSearch search,
      Optional<PairRescoring> rescoring) {
    requireOneSimilarity(search, miner);
    int most = maxPositives(pairs);
    HardNegativeSelector selector = selector(miner, most);
    return candidates(pairs, corpus, queries, embeddings, miner, most, search, rescoring)
        .where(col(CANDIDATES).isNotNull())
        .mapPartitions(
            (MapPartitionsFunction<Row, Row>)
                rows -> new RowBatches<>(rows, 1, row -> triplets(row.get(0), selector)),
            Encoders.row(RESULT));
  }

  /**
   * The same with a row for each positive and each negative of an anchor, of which every output
   * format can be made, see {@link MinedRows}.
   *
   * @return rank is 0 for the positives, and from 1 the negative's place among the anchor's
   *     negatives; an anchor without negatives has its positives alone. Where the policy includes
   *     positives, one may have both a row of rank 0 and one in the ranking
   */
  public static Dataset<Row> documents(
      Dataset<Row> pairs,
      Dataset<Row> corpus,
      Dataset<Row> queries,
      Dataset<Row> embeddings,
      HardNegativeMiner miner,
      NeighbourSearch search,
      Optional<PairRescoring> rescoring) {
    requireOneSimilarity(search, miner);
    int most = maxPositives(pairs);
    HardNegativeSelector selector = selector(miner, most);
    return candidates(pairs, corpus, queries, embeddings, miner, most, search, rescoring)
        .mapPartitions(
            (MapPartitionsFunction<Row, Row>)
                rows -> new RowBatches<>(rows, 1, row -> documents(row.get(0), selector)),
            Encoders.row(DOCUMENTS));
  }

  private static void requireOneSimilarity(NeighbourSearch search, HardNegativeMiner miner) {
    if (search.similarity() != miner.similarity()) {
      throw new IllegalArgumentException(
          "the search compares by %s, the miner by %s"
              .formatted(search.similarity(), miner.similarity()));
    }
  }

  private static HardNegativeSelector selector(HardNegativeMiner miner, int maxPositives) {
    return new HardNegativeSelector(
        miner.policy(), maxPositives, miner.difficulty(), miner.margin());
  }

  /** Columns query_id, positives and candidates, the last null where there are none. */
  private static Dataset<Row> candidates(
      Dataset<Row> pairs,
      Dataset<Row> corpus,
      Dataset<Row> queries,
      Dataset<Row> embeddings,
      HardNegativeMiner miner,
      int maxPositives,
      NeighbourSearch search,
      Optional<PairRescoring> rescoring) {
    boolean scaled = miner.similarity() != VectorSimilarity.COSINE;
    Dataset<Row> textVectors = scaled ? VectorRows.unit(embeddings) : embeddings;
    Dataset<Row> anchorVectors =
        queries == embeddings ? textVectors : scaled ? VectorRows.unit(queries) : queries;
    Columns.id(pairs.schema(), "anchor_id");
    Columns.id(pairs.schema(), "positive_id");
    Columns.id(corpus.schema(), VectorRows.ID);
    Dataset<Row> known =
        pairs.select(col("anchor_id").as(QUERY), col("positive_id").as(CORPUS)).distinct();
    Dataset<Row> anchors = known.select(col(QUERY).as(VectorRows.ID)).distinct();
    Dataset<Row> candidatesFrom =
        corpus.select(VectorRows.ID).union(known.select(col(CORPUS).as(VectorRows.ID))).distinct();
    Dataset<Row> positives =
        rescoring.isPresent()
            ? rescoring.get().score(known)
            : VectorPairs.scored(known, anchorVectors, textVectors, miner.similarity());
    Dataset<Row> candidates;
    if (miner.difficulty() == NegativeDifficulty.EASY) {
      Dataset<Row> drawn = RandomCandidates.draw(anchors, candidatesFrom, miner);
      candidates =
          grouped(
              rescoring.isPresent()
                  ? rescoring.get().score(drawn)
                  : VectorPairs.scored(drawn, anchorVectors, textVectors, miner.similarity()),
              CANDIDATES);
    } else {
      NeighbourLists found =
          search.find(
              withEmbeddings(anchors, anchorVectors),
              withEmbeddings(candidatesFrom, textVectors),
              miner.policy().candidatesPerQuery(maxPositives),
              true);
      candidates =
          rescoring.isPresent()
              ? grouped(rescoring.get().score(found.rows().select(QUERY, CORPUS)), CANDIDATES)
              : found.grouped(CANDIDATES);
    }
    return grouped(positives, "positives")
        .join(candidates, new String[] {QUERY}, "left")
        .select(QUERY, "positives", CANDIDATES);
  }

  private static int maxPositives(Dataset<Row> pairs) {
    Row most = pairs.groupBy("anchor_id").count().agg(functions.max("count")).first();
    return most.isNullAt(0) ? 1 : Math.toIntExact(most.getLong(0));
  }

  private static Dataset<Row> withEmbeddings(Dataset<Row> ids, Dataset<Row> embeddings) {
    Dataset<Row> vectors =
        embeddings.select(col(VectorRows.ID).as("vector_id"), col(VectorRows.EMBEDDING));
    return ids.join(vectors, col(VectorRows.ID).equalTo(col("vector_id")), "left")
        .select(VectorRows.ID, VectorRows.EMBEDDING);
  }

  private static Dataset<Row> grouped(Dataset<Row> scored, String name) {
    return scored.groupBy(QUERY).agg(collect_list(struct(CORPUS, SCORE)).as(name));
  }

  private static List<Row> triplets(Row row, HardNegativeSelector selector) {
    long anchor = row.getLong(0);
    List<Neighbour> positives = neighbours(row.getList(1));
    List<Neighbour> negatives = selector.select(anchor, neighbours(row.getList(2)), positives);
    List<Row> rows = new ArrayList<>();
    for (MinedQuery.TripletRow triplet : new MinedQuery(anchor, positives, negatives).triplets()) {
      rows.add(
          RowFactory.create(
              anchor,
              triplet.positive().id(),
              triplet.negative().id(),
              triplet.positive().score(),
              triplet.negative().score(),
              negatives.indexOf(triplet.negative()) + 1));
    }
    return rows;
  }

  private static List<Row> documents(Row row, HardNegativeSelector selector) {
    long anchor = row.getLong(0);
    List<Neighbour> positives = neighbours(row.getList(1));
    List<Neighbour> candidates = row.isNullAt(2) ? List.of() : neighbours(row.getList(2));
    List<Row> rows = new ArrayList<>();
    for (Neighbour positive : positives) {
      rows.add(RowFactory.create(anchor, positive.id(), positive.score(), 0));
    }
    int rank = 0;
    for (Neighbour negative : selector.select(anchor, candidates, positives)) {
      rows.add(RowFactory.create(anchor, negative.id(), negative.score(), ++rank));
    }
    return rows;
  }

  private static List<Neighbour> neighbours(List<Row> rows) {
    return rows.stream()
        .map(row -> new Neighbour(row.getLong(0), row.getFloat(1)))
        .sorted(Comparator.comparingLong(Neighbour::id))
        .toList();
  }
}
