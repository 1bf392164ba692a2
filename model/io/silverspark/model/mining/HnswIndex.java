package io.silverspark.model.mining;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.FSDirectory;

/**
 * Approximate nearest neighbours by an HNSW graph of Lucene's on disk, mapped into memory: heap is
 * 8 bytes a vector, the rest is page cache. The graph, whose vectors may be quantised, finds the
 * candidates; their scores are computed again from the stored vectors, so that a neighbour has bit
 * for bit the score that {@link BlockedSimilarity} gives it. Safe to share between threads.
 */
public final class HnswIndex implements Closeable {
  private final FSDirectory directory;
  private final DirectoryReader reader;
  private final VectorSimilarity similarity;
  private final long[] ids;

  private HnswIndex(FSDirectory directory, DirectoryReader reader, VectorSimilarity similarity)
      throws IOException {
    this.directory = directory;
    this.reader = reader;
    this.similarity = similarity;
    this.ids = ids(reader);
  }

  /**
   * Opens an index.
   *
   * @param path written by {@link HnswWriter}, with the same similarity
   */
  public static HnswIndex open(Path path, VectorSimilarity similarity) throws IOException {
    FSDirectory directory = FSDirectory.open(path);
    try {
      return new HnswIndex(directory, DirectoryReader.open(directory), similarity);
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private static long[] ids(DirectoryReader reader) throws IOException {
    long[] ids = new long[reader.maxDoc()];
    for (LeafReaderContext leaf : reader.leaves()) {
      NumericDocValues values = leaf.reader().getNumericDocValues(HnswWriter.ID);
      for (int doc = values.nextDoc(); doc < leaf.reader().maxDoc(); doc = values.nextDoc()) {
        ids[leaf.docBase + doc] = values.longValue();
      }
    }
    return ids;
  }

  /** Number of vectors. */
  public int size() {
    return ids.length;
  }

  /**
   * Offers near vectors of this index to selections that may already hold those of others.
   *
   * @param queries [Q, D]
   * @param excluded [Q] ids to leave out, or null to leave out none
   * @param searchWidth candidates kept during the search; more find more of the true neighbours
   * @param best [Q], changed
   */
  public void search(float[][] queries, long[] excluded, int searchWidth, List<TopK> best) {
    try {
      for (int query = 0; query < queries.length; query++) {
        float[] prepared = similarity.prepared(queries[query]);
        TopK top = best.get(query);
        int width = Math.max(searchWidth, top.capacity() + (excluded == null ? 0 : 1));
        for (LeafReaderContext leaf : reader.leaves()) {
          search(leaf, prepared, excluded == null ? null : excluded[query], width, top);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the index " + directory.getDirectory(), e);
    }
  }

  private void search(LeafReaderContext leaf, float[] query, Long excluded, int width, TopK best)
      throws IOException {
    LeafReader graph = leaf.reader();
    ScoreDoc[] found =
        graph.searchNearestVectors(HnswWriter.VECTOR, query, width, null, Integer.MAX_VALUE)
            .scoreDocs;
    int[] docs = Arrays.stream(found).mapToInt(hit -> hit.doc).sorted().toArray();
    FloatVectorValues vectors = graph.getFloatVectorValues(HnswWriter.VECTOR);
    for (int doc : docs) {
      long id = ids[leaf.docBase + doc];
      if (excluded == null || excluded != id) {
        vectors.advance(doc);
        best.offer(id, similarity.betweenPrepared(query, vectors.vectorValue()));
      }
    }
  }

  @Override
  public void close() throws IOException {
    try (directory) {
      reader.close();
    }
  }
}
