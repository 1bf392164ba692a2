package io.silverspark.udfs.search;

import static org.apache.spark.sql.functions.col;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.model.error.UserException;
import io.silverspark.model.mining.HnswIndex;
import io.silverspark.model.mining.HnswOptions;
import io.silverspark.model.mining.TopK;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.udfs.serving.Lease;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Approximate nearest neighbours across the executors: the corpus is dealt by id to graphs of
 * Lucene's ({@link HnswIndex}), each built by one task and kept in a directory, so that the next
 * search finds them there. A search asks every graph and merges; each neighbour has the score that
 * {@link SemanticSearch} gives it, and only which neighbours are found is approximate.
 *
 * <p>A file {@code index.json} says that the index is whole, and which build it is: executors keep
 * graphs open, and a directory may be deleted and filled again. A build that was interrupted goes
 * on with the graphs that are missing. Graphs on a local file system are read in place; others are
 * copied once to each executor that asks them.
 *
 * <p>Memory: a task that builds holds a graph with its vectors, about {@code indexRows * (4 D + 12
 * M + 100)} bytes; one that searches a block of queries and 8 bytes a vector, the graph being
 * mapped.
 */
public final class VectorIndex {
  private static final String MANIFEST = "index.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SparkSession spark;
  private final Path directory;
  private final Whole whole;
  private final int searchWidth;
  private final VectorSimilarity similarity;

  /**
   * What the manifest says.
   *
   * @param graphs how many
   * @param build tells this content of the directory from others
   */
  private record Whole(int graphs, String build) {}

  private VectorIndex(
      SparkSession spark,
      Path directory,
      Whole whole,
      int searchWidth,
      VectorSimilarity similarity) {
    this.spark = spark;
    this.directory = directory;
    this.whole = whole;
    this.searchWidth = searchWidth;
    this.similarity = similarity;
  }

  /**
   * Opens an index, which is built where there is none.
   *
   * @param corpus columns {@code id} (bigint, distinct) and {@code embedding}; read only to build
   * @param directory of this corpus and this shape of graph alone: what is there is taken for it
   * @param options shape of the graphs, and how widely they are searched
   * @param indexRows vectors of a graph at most, but for a few percent
   * @throws UserException if the directory holds an index with another shape
   */
  public static VectorIndex openOrBuild(
      Dataset<Row> corpus, String directory, HnswOptions options, int indexRows) {
    return openOrBuild(corpus, directory, options, indexRows, VectorSimilarity.COSINE);
  }

  /**
   * As above for another similarity.
   *
   * @param similarity cosine, dot or euclidean; of an index that is there, the one it was built for
   * @throws UserException if it is another one
   */
  public static VectorIndex openOrBuild(
      Dataset<Row> corpus,
      String directory,
      HnswOptions options,
      int indexRows,
      VectorSimilarity similarity) {
    requireSimilarity(similarity);
    SparkSession spark = corpus.sparkSession();
    Path path = new Path(directory);
    Configuration hadoop = spark.sessionState().newHadoopConf();
    try {
      FileSystem files = path.getFileSystem(hadoop);
      Path qualified = files.makeQualified(path);
      Path manifest = new Path(qualified, MANIFEST);
      if (!files.exists(manifest)) {
        int graphs = build(corpus, qualified, options, indexRows, similarity, hadoop);
        write(files, manifest, graphs, options, similarity);
      }
      Whole whole = read(files, manifest, options, similarity);
      return new VectorIndex(spark, qualified, whole, options.searchWidth(), similarity);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep an index in " + directory, e);
    }
  }

  /** Refuses a similarity that has no graph. */
  static void requireSimilarity(VectorSimilarity similarity) {
    if (similarity == VectorSimilarity.MANHATTAN) {
      throw new UserException(
          "an HNSW index compares by cosine, dot or euclidean, not by manhattan; search exactly");
    }
  }

  private static int build(
      Dataset<Row> corpus,
      Path directory,
      HnswOptions options,
      int indexRows,
      VectorSimilarity similarity,
      Configuration hadoop)
      throws IOException {
    VectorRows.requireColumns(corpus.schema());
    int graphs = BlockGrid.partitions(corpus.count(), indexRows);
    directory.getFileSystem(hadoop).mkdirs(directory);
    GraphBuild build =
        new GraphBuild(
            directory.toString(), options, similarity, new SerializableConfiguration(hadoop));
    corpus
        .select(VectorRows.ID, VectorRows.EMBEDDING)
        .repartition(graphs, col(VectorRows.ID))
        .sortWithinPartitions(VectorRows.ID)
        .javaRDD()
        .mapPartitionsWithIndex(build, false)
        .count();
    return graphs;
  }

  private static void write(
      FileSystem files, Path manifest, int graphs, HnswOptions options, VectorSimilarity similarity)
      throws IOException {
    JsonNode content =
        JSON.createObjectNode()
            .put("graphs", graphs)
            .put("connections", options.connections())
            .put("beamWidth", options.beamWidth())
            .put("similarity", similarity.functionName())
            .put("precision", options.precision().title())
            .put("build", UUID.randomUUID().toString());
    Path partial = manifest.suffix(".partial");
    try (OutputStream out = files.create(partial, true)) {
      JSON.writeValue(out, content);
    }
    if (!files.rename(partial, manifest) && !files.exists(manifest)) {
      throw new IOException("cannot rename " + partial);
    }
  }

  private static Whole read(
      FileSystem files, Path manifest, HnswOptions options, VectorSimilarity similarity)
      throws IOException {
    JsonNode content;
    try (InputStream in = files.open(manifest)) {
      content = JSON.readTree(in);
    }
    String precision = content.path("precision").asText(EmbeddingPrecision.FLOAT32.title());
    if (content.path("connections").asInt() != options.connections()
        || content.path("beamWidth").asInt() != options.beamWidth()
        || !precision.equals(options.precision().title())) {
      throw new UserException(
          "%s holds an index of another shape: %s. Delete the directory to rebuild it."
              .formatted(manifest.getParent(), content));
    }
    String built = content.path("similarity").asText("cosine"); // version 0.1.0 wrote none
    if (!built.equals(similarity.functionName())) {
      throw new UserException(
          ("%s holds an index for the similarity %s, asked for %s. Delete the directory to"
                  + " rebuild it.")
              .formatted(manifest.getParent(), built, similarity.functionName()));
    }
    JsonNode build = content.path("build"); // an earlier version wrote none
    return new Whole(
        content.path("graphs").asInt(),
        build.asText(String.valueOf(files.getFileStatus(manifest).getModificationTime())));
  }

  /** Number of graphs. */
  public int graphs() {
    return whole.graphs();
  }

  /**
   * Finds near corpus rows for each query, lazily.
   *
   * @param queries columns {@code id} (bigint, distinct) and {@code embedding}
   * @param k most neighbours of a query
   * @param excludeSelf leaves out the corpus row with the query's own id
   * @param blockRows queries of a task
   */
  public NeighbourLists find(Dataset<Row> queries, int k, boolean excludeSelf, int blockRows) {
    VectorRows.requireColumns(queries.schema());
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf()));
    List<Graph> all =
        IntStream.range(0, whole.graphs())
            .mapToObj(
                number ->
                    new Graph(
                        GraphBuild.path(directory, number).toString(),
                        whole.build(),
                        searchWidth,
                        similarity,
                        hadoop))
            .toList();
    JavaRDD<VectorRows> blocks =
        VectorRows.dealt(queries, blockRows).persist(StorageLevel.MEMORY_AND_DISK_SER());
    return new NeighbourLists(
        spark, BlockGrid.search(blocks, context.parallelize(all, all.size()), excludeSelf, k));
  }

  /**
   * One graph of the index.
   *
   * @param path of its directory
   * @param build of the index, since another may have been in the same place
   */
  @DefaultSerializer(JavaSerializer.class) // not by Kryo, which cannot read records
  record Graph(
      String path,
      String build,
      int searchWidth,
      VectorSimilarity similarity,
      Broadcast<SerializableConfiguration> hadoop)
      implements BlockGrid.Part<VectorRows> {
    @Override
    public void search(VectorRows queries, boolean excludeSelf, List<TopK> best) {
      try (Lease<HnswIndex> index = SharedIndexes.lease(path + "#" + build, this::open)) {
        index
            .model()
            .search(queries.vectors(), excludeSelf ? queries.ids() : null, searchWidth, best);
      }
    }

    private HnswIndex open(java.nio.file.Path scratch) throws IOException {
      Path source = new Path(path);
      java.nio.file.Path local;
      if ("file".equals(source.toUri().getScheme())) {
        local = java.nio.file.Path.of(source.toUri().getPath());
      } else {
        local = scratch.resolve("graph");
        FileSystem files = source.getFileSystem(hadoop.value().value());
        files.copyToLocalFile(false, source, new Path(local.toUri()), true);
      }
      return HnswIndex.open(local, similarity);
    }
  }
}
