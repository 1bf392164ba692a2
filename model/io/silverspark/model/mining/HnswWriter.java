package io.silverspark.model.mining;

import io.silverspark.model.quantization.EmbeddingPrecision;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Writes an {@link HnswIndex}: one graph, built as the vectors come, in one thread. The same
 * vectors in the same order give the same graph. Heap until closed: about {@code 4 * width + 12 *
 * connections + 100} bytes a vector; at most 1.9 GB are held, beyond which a second graph begins.
 *
 * <p>With int8 Lucene quantises when the index is finished: 7 bits a component in a byte, in 127
 * steps between quantiles that all components of the graph share.
 */
public final class HnswWriter implements Closeable {
  static final String ID = "id";
  static final String VECTOR = "vector";
  private static final double BUFFER_MEGABYTES = 1900;

  private final VectorSimilarity similarity;
  private final VectorSimilarityFunction function;
  private final Directory directory;
  private final IndexWriter writer;

  /**
   * Begins an index.
   *
   * @param directory new or empty
   * @param similarity that the searches will use: cosine, dot or euclidean
   * @param options shape of the graph
   * @throws IllegalArgumentException if no graph can be built for the similarity
   */
  public HnswWriter(Path directory, VectorSimilarity similarity, HnswOptions options)
      throws IOException {
    this.similarity = similarity;
    this.function = function(similarity);
    this.directory = FSDirectory.open(directory);
    this.writer = new IndexWriter(this.directory, config(options));
  }

  private static IndexWriterConfig config(HnswOptions options) {
    KnnVectorsFormat graph =
        options.precision() == EmbeddingPrecision.INT8
            ? new Lucene99HnswScalarQuantizedVectorsFormat(
                options.connections(), options.beamWidth())
            : new Lucene99HnswVectorsFormat(options.connections(), options.beamWidth());
    return new IndexWriterConfig(null)
        .setOpenMode(IndexWriterConfig.OpenMode.CREATE)
        .setCodec(
            new Lucene912Codec() {
              @Override
              public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return graph;
              }
            })
        .setRAMBufferSizeMB(BUFFER_MEGABYTES)
        .setMergePolicy(NoMergePolicy.INSTANCE)
        .setMergeScheduler(new SerialMergeScheduler())
        .setUseCompoundFile(true);
  }

  /**
   * Adds a vector.
   *
   * @param id given back by the search
   * @param vector [D], 1 to 1024 wide
   * @throws IllegalArgumentException if the width differs from that of the others, is too large, or
   *     a component is not finite
   */
  public void add(long id, float[] vector) throws IOException {
    Document document = new Document();
    document.add(new NumericDocValuesField(ID, id));
    document.add(new KnnFloatVectorField(VECTOR, similarity.prepared(vector), function));
    writer.addDocument(document);
  }

  /** Cosines are dot products here, since the vectors are normalised before. */
  private static VectorSimilarityFunction function(VectorSimilarity similarity) {
    return switch (similarity) {
      case COSINE -> VectorSimilarityFunction.DOT_PRODUCT;
      case DOT -> VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
      case EUCLIDEAN -> VectorSimilarityFunction.EUCLIDEAN;
      case MANHATTAN ->
          throw new IllegalArgumentException(
              "an HNSW graph compares by cosine, dot or euclidean, not by manhattan");
    };
  }

  /** Finishes the index; until then there is none. */
  @Override
  public void close() throws IOException {
    try (directory;
        writer) {
      writer.commit();
    }
  }
}
