package io.silverspark.udfs.mining;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.SharedData;
import io.silverspark.SparkFixture;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.mining.HardNegativeMiner;
import io.silverspark.model.mining.HardNegativePolicy;
import io.silverspark.model.mining.MiningJson;
import io.silverspark.udfs.search.NeighbourSearch;
import io.silverspark.udfs.search.SearchOptions;
import io.silverspark.udfs.search.SemanticSearch;
import io.silverspark.udfs.search.VectorData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * 400 real pairs mined on Spark, block against block with PyTorch's product, and by
 * sentence-transformers 6.0.1. Corpus texts have their row as id, queries from 10,000 on.
 */
@Tag("cluster")
@ExtendWith(SparkFixture.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DistributedMiningParityTest {
  private static final long QUERIES = 10_000;
  private static final float TOLERANCE = 2e-6f;
  private static final StructType PAIRS =
      new StructType().add("anchor_id", DataTypes.LongType).add("positive_id", DataTypes.LongType);

  private JsonNode reference;
  private Dataset<Row> embeddings;
  private Dataset<Row> pairs;

  @BeforeAll
  void encode(SparkSession spark) throws Exception {
    reference = new ObjectMapper().readTree(SharedData.path("reference/mining.json").toFile());
    Map<String, Long> queryIds = ids(reference.get("queries"), QUERIES);
    Map<String, Long> corpusIds = ids(reference.get("corpus"), 0);
    List<Row> rows = new ArrayList<>();
    try (SentenceEncoder encoder =
        SentenceEncoder.load("builtin:all-MiniLM-L6-v2", EncoderOptions.defaults())) {
      for (Map<String, Long> side : List.of(queryIds, corpusIds)) {
        List<String> texts = List.copyOf(side.keySet());
        float[][] vectors = encoder.encode(texts);
        for (int i = 0; i < vectors.length; i++) {
          rows.add(RowFactory.create(side.get(texts.get(i)), vectors[i]));
        }
      }
    }
    embeddings = spark.createDataFrame(rows, VectorData.SCHEMA).repartition(3).localCheckpoint();
    List<Row> labelled = new ArrayList<>();
    for (JsonNode pair : reference.get("pairs")) {
      labelled.add(
          RowFactory.create(
              queryIds.get(pair.get(0).textValue()), corpusIds.get(pair.get(1).textValue())));
    }
    pairs = spark.createDataFrame(labelled, PAIRS).repartition(2).localCheckpoint();
  }

  private static Map<String, Long> ids(JsonNode texts, long first) {
    Map<String, Long> ids = new HashMap<>();
    texts.forEach(text -> ids.put(text.textValue(), first + ids.size()));
    return ids;
  }

  List<String> settings() {
    List<String> names = new ArrayList<>();
    reference.get("settings").fieldNames().forEachRemaining(names::add);
    return names;
  }

  @ParameterizedTest
  @MethodSource("settings")
  void mine_realPairsOnSpark_givesThePeersNegatives(String name) {
    JsonNode setting = reference.get("settings").get(name);
    HardNegativePolicy policy = MiningJson.policy(setting.get("settings"));
    SearchOptions blocks =
        SearchOptions.nearest(1)
            .withBroadcastBytes(0)
            .withBlockRows(150)
            .with(new NeighbourSearch.TaskScoreBlocks("cpu"));
    NeighbourSearch search =
        (queries, corpus, k, excludeSelf) ->
            SemanticSearch.find(
                queries,
                corpus,
                new SearchOptions(
                    k,
                    excludeSelf,
                    blocks.similarity(),
                    0,
                    blocks.blockRows(),
                    blocks.scoreBlocks()));

    List<Row> mined =
        DistributedHardNegativeMiner.mine(
                pairs,
                embeddings.where("id < 10000").select("id"),
                embeddings,
                embeddings,
                HardNegativeMiner.hard(policy),
                search,
                java.util.Optional.empty())
            .collectAsList();

    assertThat(mined).hasSize(setting.get("triplet_rows").intValue());
    for (Row row : mined) {
      int query = (int) (row.getLong(0) - QUERIES);
      JsonNode scores = setting.get("negative_scores").get(query);
      int rank = row.getInt(5) - 1;
      assertThat(Math.abs(row.getFloat(4) - scores.get(rank).floatValue()))
          .isLessThanOrEqualTo(TOLERANCE);
      assertThat(negativesThatTie(setting, query, row.getFloat(4))).contains(row.getLong(2));
      assertThat(reference.get("positives").get(query).toString()).contains("" + row.getLong(1));
    }
  }

  /** The peer's negatives within the tolerance of a score: usually one. */
  private static List<Long> negativesThatTie(JsonNode setting, int query, float score) {
    List<Long> ids = new ArrayList<>();
    JsonNode scores = setting.get("negative_scores").get(query);
    for (int i = 0; i < scores.size(); i++) {
      if (Math.abs(scores.get(i).floatValue() - score) <= 2 * TOLERANCE) {
        ids.add(setting.get("negatives").get(query).get(i).longValue());
      }
    }
    return ids;
  }
}
