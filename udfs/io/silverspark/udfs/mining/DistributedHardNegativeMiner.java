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
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
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

  private static final String QUERY = "query_id";
  private static final String CORPUS = "corpus_id";
  private static final String SCORE = "score";
  private static final String CANDIDATES = "candidates";

  private static final StructType UNIT =
      new StructType()
          .add(VectorRows.ID, DataTypes.LongType, false)
          .add(VectorRows.EMBEDDING, Columns.VECTOR, false);

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
    if (search.similarity() != miner.similarity()) {
      throw new IllegalArgumentException(
          "the search compares by %s, the miner by %s"
              .formatted(search.similarity(), miner.similarity()));
    }
    boolean scaled = miner.similarity() != VectorSimilarity.COSINE;
    Dataset<Row> textVectors = scaled ? unit(embeddings) : embeddings;
    Dataset<Row> anchorVectors =
        queries == embeddings ? textVectors : scaled ? unit(queries) : queries;
    Columns.id(pairs.schema(), "anchor_id");
    Columns.id(pairs.schema(), "positive_id");
    Columns.id(corpus.schema(), VectorRows.ID);
    Dataset<Row> known =
        pairs.select(col("anchor_id").as(QUERY), col("positive_id").as(CORPUS)).distinct();
    Dataset<Row> anchors = known.select(col(QUERY).as(VectorRows.ID)).distinct();
    Dataset<Row> candidatesFrom =
        corpus.select(VectorRows.ID).union(known.select(col(CORPUS).as(VectorRows.ID))).distinct();
    int maxPositives = maxPositives(pairs);
    Dataset<Row> positives =
        rescoring.isPresent()
            ? rescoring.get().score(known)
            : VectorPairs.scored(known, anchorVectors, textVectors, miner.similarity());
    Dataset<Row> candidates;
    if (miner.difficulty() == NegativeDifficulty.EASY) {
      Dataset<Row> drawn = randomCandidates(anchors, candidatesFrom, miner);
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
    HardNegativeSelector selector =
        new HardNegativeSelector(miner.policy(), maxPositives, miner.difficulty(), miner.margin());
    return grouped(positives, "positives")
        .join(candidates, QUERY)
        .select(QUERY, "positives", CANDIDATES)
        .mapPartitions(
            (MapPartitionsFunction<Row, Row>)
                rows -> new RowBatches<>(rows, 1, row -> triplets(row.get(0), selector)),
            Encoders.row(RESULT));
  }

  /**
   * Vectors scaled to length 1, as sentence-transformers compares them; the cosine does it by
   * itself.
   */
  private static Dataset<Row> unit(Dataset<Row> embeddings) {
    VectorRows.requireColumns(embeddings.schema());
    return embeddings
        .select(VectorRows.ID, VectorRows.EMBEDDING)
        .where(col(VectorRows.ID).isNotNull().and(col(VectorRows.EMBEDDING).isNotNull()))
        .map(
            (MapFunction<Row, Row>)
                row ->
                    RowFactory.create(
                        row.getLong(0),
                        VectorSimilarity.unit(Columns.vector(row, 1, row.getLong(0)))),
            Encoders.row(UNIT));
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

  private static Dataset<Row> randomCandidates(
      Dataset<Row> anchors, Dataset<Row> corpus, HardNegativeMiner miner) {
    long[] ids =
        corpus.as(Encoders.LONG()).collectAsList().stream()
            .mapToLong(Long::longValue)
            .sorted()
            .toArray();
    Broadcast<long[]> shared =
        JavaSparkContext.fromSparkContext(anchors.sparkSession().sparkContext()).broadcast(ids);
    StructType schema =
        new StructType().add(QUERY, DataTypes.LongType).add(CORPUS, DataTypes.LongType);
    return anchors.flatMap(
        (FlatMapFunction<Row, Row>) row -> draws(row.getLong(0), shared.value(), miner),
        Encoders.row(schema));
  }

  private static Iterator<Row> draws(long anchor, long[] corpus, HardNegativeMiner miner) {
    return IntStream.of(miner.easyCandidates(anchor, corpus.length))
        .distinct()
        .mapToLong(row -> corpus[row])
        .filter(id -> id != anchor)
        .mapToObj(id -> RowFactory.create(anchor, id))
        .iterator();
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

  private static List<Neighbour> neighbours(List<Row> rows) {
    return rows.stream()
        .map(row -> new Neighbour(row.getLong(0), row.getFloat(1)))
        .sorted(Comparator.comparingLong(Neighbour::id))
        .toList();
  }
}
