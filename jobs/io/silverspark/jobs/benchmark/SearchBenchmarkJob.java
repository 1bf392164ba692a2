package io.silverspark.jobs.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.SearchSettings;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.Progress;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.error.UserException;
import io.silverspark.model.mining.HnswOptions;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.model.quantization.EmbeddingRanges;
import io.silverspark.model.quantization.Quantizer;
import io.silverspark.udfs.columns.QuantizedColumn;
import io.silverspark.udfs.search.NeighbourSearch;
import io.silverspark.udfs.search.SearchRecall;
import io.silverspark.udfs.search.VectorIndex;
import io.silverspark.udfs.search.VectorRows;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Searches synthetic vectors on Spark and prints one JSON object: seconds, rates, the recall of an
 * index and the peak memory of this process. The settings {@code search.*} apply; the index of a
 * size lies in {@code indexes} beside the tables and is built once.
 */
@Command(
    name = "benchmark-search",
    description = "Measures exact and approximate search on synthetic vectors, and prints JSON.")
public final class SearchBenchmarkJob implements Job {
  private static final int RECALL_AT = 10;

  @Option(
      names = "--search",
      defaultValue = "exact",
      paramLabel = "KIND",
      description = "exact, hnsw, int8 or binary; default ${DEFAULT-VALUE}.")
  private String search;

  @Option(
      names = "--rescore-multiplier",
      defaultValue = "4",
      paramLabel = "N",
      description =
          "With --search binary: how many times --nearest candidates are rescored by the float"
              + " query; default ${DEFAULT-VALUE}.")
  private int rescoreMultiplier;

  @Option(
      names = "--corpus",
      defaultValue = "100000",
      paramLabel = "N",
      description = "Corpus rows, which are searched; default ${DEFAULT-VALUE}.")
  private long corpusRows;

  @Option(
      names = "--queries",
      defaultValue = "100000",
      paramLabel = "N",
      description = "Query rows; default ${DEFAULT-VALUE}.")
  private long queryRows;

  @Option(
      names = "--width",
      defaultValue = "384",
      paramLabel = "D",
      description = "Components of a vector; default ${DEFAULT-VALUE}.")
  private int width;

  @Option(
      names = "--nearest",
      defaultValue = "10",
      paramLabel = "K",
      description = "Neighbours per query; default ${DEFAULT-VALUE}.")
  private int nearest;

  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new SearchBenchmarkJob(), args);
  }

  @Override
  public void run(JobContext context) {
    if (!List.of("exact", "hnsw", "int8", "binary").contains(search)) {
      throw new UserException(
          "--search '%s' is not valid: exact, hnsw, int8, binary.".formatted(search));
    }
    if (rescoreMultiplier < 1) {
      throw new UserException("--rescore-multiplier must be 1 or more, found " + rescoreMultiplier);
    }
    ClusteredVectors vectors = new ClusteredVectors(width, context.get(RunSettings.SEED));
    Dataset<Row> corpus = vectors.rows(context.spark(), 0, corpusRows);
    Dataset<Row> queries = vectors.rows(context.spark(), corpusRows, queryRows);
    ObjectNode result = new ObjectMapper().createObjectNode();
    result.put("search", search).put("corpus", corpusRows).put("queries", queryRows);
    result.put("width", width).put("nearest", nearest);
    result.put("blockRows", context.get(SearchSettings.BLOCK_ROWS));
    try (Progress progress = context.console().progress("benchmark-search", 0)) {
      progress.note(search);
      if (search.equals("exact")) {
        double seconds = seconds(exact(context), queries, corpus);
        put(result, seconds);
        result.put("gigaflopsPerSecond", 2e-9 * width * corpusRows * queryRows / seconds);
      } else if (search.equals("binary")) {
        binary(context, queries, corpus, result);
      } else if (search.equals("int8")) {
        bytes(context, queries, corpus, result);
      } else {
        approximate(context, queries, corpus, result);
      }
    }
    PeakMemory.bytes().ifPresent(bytes -> result.put("peakResidentBytes", bytes));
    result.put("heapBytes", Runtime.getRuntime().maxMemory());
    result.put("cores", context.spark().sparkContext().defaultParallelism());
    context.console().print(result.toPrettyString());
  }

  private static NeighbourSearch exact(JobContext context) {
    return NeighbourSearch.exact(
        context.get(SearchSettings.BLOCK_ROWS), context.get(ModelSettings.DEVICE));
  }

  private void approximate(
      JobContext context, Dataset<Row> queries, Dataset<Row> corpus, ObjectNode result) {
    HnswOptions options = SearchSettings.hnsw(context.settings());
    int indexRows = context.get(SearchSettings.INDEX_ROWS);
    String directory =
        TableStore.of(context)
            .path(
                String.format(
                    Locale.ROOT,
                    "indexes/benchmark-%d-%d-%d-%d-%d-%d-%s",
                    corpusRows,
                    width,
                    options.connections(),
                    options.beamWidth(),
                    indexRows,
                    context.get(RunSettings.SEED),
                    options.precision().title()),
                "a search graph",
                "search exactly");
    long started = System.nanoTime();
    int graphs = VectorIndex.openOrBuild(corpus, directory, options, indexRows).graphs();
    result.put("openOrBuildSeconds", (System.nanoTime() - started) / 1e9);
    result.put("graphs", graphs).put("searchWidth", options.searchWidth());
    result.put("precision", options.precision().title());
    NeighbourSearch search =
        NeighbourSearch.approximate(
            directory, options, indexRows, context.get(SearchSettings.BLOCK_ROWS));
    put(result, seconds(search, queries, corpus));
    putRecall(context, queries, corpus, search, result);
  }

  /** The bits are made before the clock starts, as a table that {@code encode} wrote has them. */
  private void binary(
      JobContext context, Dataset<Row> queries, Dataset<Row> corpus, ObjectNode result) {
    Quantizer quantizer = Quantizer.binary(EmbeddingPrecision.BINARY);
    Dataset<Row> bits =
        QuantizedColumn.quantize(corpus, VectorRows.EMBEDDING, quantizer).localCheckpoint(true);
    result.put("rescoreMultiplier", rescoreMultiplier);
    result.put("bytesPerVector", quantizer.precision().width(width));
    NeighbourSearch search =
        NeighbourSearch.binary(rescoreMultiplier, context.get(SearchSettings.BLOCK_ROWS));
    put(result, seconds(search, queries, bits));
    putRecall(context, queries, corpus, search, result);
  }

  /** Likewise. */
  private void bytes(
      JobContext context, Dataset<Row> queries, Dataset<Row> corpus, ObjectNode result) {
    EmbeddingRanges ranges = QuantizedColumn.ranges(corpus, VectorRows.EMBEDDING);
    Quantizer quantizer = Quantizer.bytes(EmbeddingPrecision.INT8, ranges);
    Dataset<Row> bytes =
        QuantizedColumn.quantize(corpus, VectorRows.EMBEDDING, quantizer).localCheckpoint(true);
    result.put("bytesPerVector", width);
    NeighbourSearch search =
        NeighbourSearch.bytes(
            ranges,
            context.get(SearchSettings.BLOCK_ROWS),
            context.get(ModelSettings.DEVICE),
            VectorSimilarity.COSINE);
    put(result, seconds(search, queries, bytes));
    putRecall(context, queries, corpus, search, result);
  }

  private static void putRecall(
      JobContext context,
      Dataset<Row> queries,
      Dataset<Row> corpus,
      NeighbourSearch search,
      ObjectNode result) {
    int sample = context.get(SearchSettings.RECALL_SAMPLE);
    if (sample > 0) {
      SearchRecall recall =
          SearchRecall.at(RECALL_AT, queries, corpus, search, exact(context), sample);
      result.put("recallAt10", recall.share()).put("recallSample", recall.queries());
    }
  }

  private void put(ObjectNode result, double seconds) {
    result.put("seconds", seconds).put("queriesPerSecond", queryRows / seconds);
  }

  private double seconds(NeighbourSearch search, Dataset<Row> queries, Dataset<Row> corpus) {
    long started = System.nanoTime();
    long found = search.find(queries, corpus, nearest, false).rows().count();
    if (found != queryRows * Math.min(nearest, corpusRows)) {
      throw new IllegalStateException("found %d neighbours".formatted(found));
    }
    return (System.nanoTime() - started) / 1e9;
  }

  /**
   * Vectors that lie in clusters of about a hundred, as sentences do: a centre and noise of the
   * same size. A vector depends on the seed and its number alone, so nothing needs to be stored.
   *
   * @param width components
   */
  record ClusteredVectors(int width, long seed) implements Serializable {
    private static final int CLUSTERS = 10_000;
    private static final StructType SCHEMA =
        new StructType()
            .add("id", DataTypes.LongType, false)
            .add("embedding", DataTypes.createArrayType(DataTypes.FloatType, false), false);

    /** Rows (id, embedding) with the numbers from {@code first} on. */
    Dataset<Row> rows(SparkSession spark, long first, long count) {
      return spark
          .range(first, first + count)
          .map(
              (MapFunction<Long, Row>) number -> RowFactory.create(number, vector(number)),
              Encoders.row(SCHEMA));
    }

    private float[] vector(long number) {
      SplittableRandom noise = new SplittableRandom(seed * 31 + number);
      SplittableRandom centre = new SplittableRandom(~seed + noise.nextInt(CLUSTERS));
      float[] vector = new float[width];
      for (int i = 0; i < width; i++) {
        vector[i] = (float) (centre.nextDouble() - 0.5 + noise.nextDouble() - 0.5);
      }
      return vector;
    }
  }
}
