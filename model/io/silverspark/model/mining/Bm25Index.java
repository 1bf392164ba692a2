package io.silverspark.model.mining;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.FSDirectory;

/**
 * Lexical search by Lucene's BM25 (k1 1.2, b 0.75) over texts split by Lucene's standard analyser:
 * Unicode words, lower case, no stop words. The frequencies come from outside, so that the parts of
 * a corpus give the scores of the whole. Scores are rounded to 1/1024, since Lucene adds the terms
 * in an order that depends on the part. Safe to share between threads.
 */
public final class Bm25Index implements Closeable {
  private static final String TEXT = "text";
  private static final String ID = "id";
  private static final int QUERY_TERMS = 64;
  private static final int SPARE = 8;
  private static final float ROUNDING = 1024;

  private final FSDirectory directory;
  private final DirectoryReader reader;
  private final IndexSearcher searcher;
  private final Bm25Statistics statistics;
  private final long[] ids;

  private Bm25Index(FSDirectory directory, DirectoryReader reader, Bm25Statistics statistics)
      throws IOException {
    this.directory = directory;
    this.reader = reader;
    this.statistics = statistics;
    this.searcher = new WholeCorpus(reader, statistics);
    searcher.setSimilarity(new BM25Similarity());
    this.ids = new long[reader.maxDoc()];
    for (var leaf : reader.leaves()) {
      NumericDocValues values = leaf.reader().getNumericDocValues(ID);
      for (int doc = values.nextDoc(); doc < leaf.reader().maxDoc(); doc = values.nextDoc()) {
        ids[leaf.docBase + doc] = values.longValue();
      }
    }
  }

  /**
   * Writes and opens an index.
   *
   * @param path new or empty directory
   * @param ids [C], ascending: of texts that tie, those come first
   * @param texts [C]
   * @param statistics of the corpus that these texts are a part of
   */
  public static Bm25Index build(Path path, long[] ids, String[] texts, Bm25Statistics statistics)
      throws IOException {
    FSDirectory directory = FSDirectory.open(path);
    IndexWriterConfig config =
        new IndexWriterConfig(new StandardAnalyzer())
            .setOpenMode(IndexWriterConfig.OpenMode.CREATE)
            .setUseCompoundFile(true);
    FieldType counted = new FieldType();
    counted.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    counted.setTokenized(true);
    counted.freeze();
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int row = 0; row < ids.length; row++) {
        Document document = new Document();
        document.add(new NumericDocValuesField(ID, ids[row]));
        document.add(new Field(TEXT, texts[row], counted));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
    return new Bm25Index(directory, DirectoryReader.open(directory), statistics);
  }

  /** The terms of a text, in order, with repeats. */
  public static List<String> terms(String text) {
    List<String> terms = new ArrayList<>();
    try (StandardAnalyzer analyzer = new StandardAnalyzer();
        TokenStream stream = analyzer.tokenStream(TEXT, text)) {
      CharTermAttribute term = stream.getAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        terms.add(term.toString());
      }
      stream.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return terms;
  }

  /**
   * Offers the texts that share terms with a query: its {@value #QUERY_TERMS} rarest terms count.
   *
   * @param ownId the query's own id
   * @param excludeSelf whether the text of that id is left out
   * @param best changed; scores are BM25's, 0 or more
   */
  public void search(String text, long ownId, boolean excludeSelf, TopK best) {
    BooleanQuery.Builder query = new BooleanQuery.Builder();
    terms(text).stream()
        .distinct()
        .sorted(
            Comparator.comparingLong(statistics::frequency)
                .thenComparing(Comparator.naturalOrder()))
        .limit(QUERY_TERMS)
        .forEach(
            term -> query.add(new TermQuery(new Term(TEXT, term)), BooleanClause.Occur.SHOULD));
    try {
      for (ScoreDoc hit : searcher.search(query.build(), best.capacity() + SPARE).scoreDocs) {
        if (!excludeSelf || ids[hit.doc] != ownId) {
          best.offer(ids[hit.doc], Math.round(hit.score * ROUNDING) / ROUNDING);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the index " + directory.getDirectory(), e);
    }
  }

  @Override
  public void close() throws IOException {
    try (directory) {
      reader.close();
    }
  }

  /** A searcher of a part that takes the statistics of the whole. */
  private static final class WholeCorpus extends IndexSearcher {
    private final Bm25Statistics statistics;

    WholeCorpus(IndexReader part, Bm25Statistics statistics) {
      super(part);
      this.statistics = statistics;
      setQueryCache(null);
    }

    @Override
    public TermStatistics termStatistics(Term term, int docFreq, long totalTermFreq) {
      long documents = Math.max(docFreq, statistics.frequency(term.text()));
      return new TermStatistics(term.bytes(), documents, Math.max(documents, totalTermFreq));
    }

    @Override
    public CollectionStatistics collectionStatistics(String field) {
      long terms = Math.max(statistics.terms(), statistics.documents());
      return new CollectionStatistics(
          field, statistics.documents(), statistics.documents(), terms, statistics.documents());
    }
  }
}
