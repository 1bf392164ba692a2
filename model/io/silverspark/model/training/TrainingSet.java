package io.silverspark.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.silverspark.model.data.RankedDocuments;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.data.Triplet;
import io.silverspark.model.encoder.HostArrays;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.LabelsOfSet;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.sampling.BatchSampler;
import io.silverspark.model.sampling.GroupByLabelSampler;
import io.silverspark.model.sampling.LengthGroupedSampler;
import io.silverspark.model.sampling.NoDuplicatesSampler;
import io.silverspark.model.sampling.ShuffledSampler;
import io.silverspark.model.sampling.WindowedSampler;
import io.silverspark.model.shards.ShardFiles;
import io.silverspark.model.shards.ShardManifest;
import io.silverspark.model.tokenizer.ColumnTokenizer;
import io.silverspark.model.tokenizer.TextTokenizer;
import io.silverspark.model.tokenizer.TokenizedText;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Examples tokenised once: columns of texts, and labels where there are any.
 *
 * <p>A bi-encoder has one column per text of an example; a cross-encoder's column holds a pair as
 * one sequence.
 */
public final class TrainingSet implements Serializable {
  private static final long serialVersionUID = 1;

  private final Examples examples;

  @SuppressWarnings("serial") // sets with a teacher are not sent to ranks
  private final TeacherEmbeddings teacher; // null: the labels are stored, or there are none

  @SuppressWarnings("serial") // nor are those whose columns are generated
  private final GeneratedColumns generated; // null: the columns are stored

  private TrainingSet(Examples examples, TeacherEmbeddings teacher, GeneratedColumns generated) {
    this.examples = examples;
    this.teacher = teacher;
    this.generated = generated;
  }

  private TrainingSet(TextColumns columns, List<List<String>> texts, float[] labels, int width) {
    this(new ExamplesInMemory(columns, texts, labels, width, null), null, null);
  }

  /**
   * Examples that were tokenised into shards, one of which is in memory at a time. A batch holds
   * examples of one shard; see {@link io.silverspark.model.sampling.WindowedSampler}.
   *
   * @param manifest lists the shards
   * @param files finds them, on the machine of each rank
   * @return the set
   */
  public static TrainingSet ofShards(ShardManifest manifest, ShardFiles files) {
    return new TrainingSet(new ShardedExamples(manifest, files), null, null);
  }

  /**
   * Examples of any number of columns, each text a sequence of its own.
   *
   * @param tokenizer of the model to be trained
   * @param texts by column, then by example; all columns of the same size
   * @param labels by example, or null
   * @return the set
   * @throws UserException if there is no example, or columns and labels differ in size
   */
  public static TrainingSet of(
      ColumnTokenizer tokenizer, List<List<String>> texts, float[] labels) {
    checkSizes(texts, labels == null ? -1 : labels.length);
    return new TrainingSet(tokenized(tokenizer, texts), texts, labels, 1);
  }

  /**
   * Examples with several labels each, such as the margins of several negatives or a teacher's
   * embedding.
   *
   * @param tokenizer of the model to be trained
   * @param texts by column, then by example; all columns of the same size
   * @param labels [examples][labels of an example]
   * @return the set
   * @throws UserException if there is no example, or columns and labels differ in size
   */
  public static TrainingSet ofVectors(
      ColumnTokenizer tokenizer, List<List<String>> texts, float[][] labels) {
    checkSizes(texts, labels.length);
    return new TrainingSet(tokenized(tokenizer, texts), texts, flat(labels), labels[0].length);
  }

  /**
   * Unlabelled texts whose columns are generated again in each epoch.
   *
   * @param tokenizer of the model to be trained
   * @param texts one per example
   * @param noise makes the columns of a batch
   * @return the set, to be trained by one rank
   * @throws UserException if there is no text
   */
  public static TrainingSet ofTexts(TextTokenizer tokenizer, List<String> texts, BatchNoise noise) {
    return of(tokenizer, List.of(texts), null).withNoise(noise);
  }

  /**
   * Texts that are tokenised when a batch is used, to be {@linkplain #drawingNegatives paired}
   * first.
   *
   * @param texts queries, positives, then any columns of hard negatives; all of the same size
   * @throws UserException if there is no example or columns differ in size
   */
  public static TrainingSet ofUntokenized(List<List<String>> texts) {
    checkSizes(texts, -1);
    return new TrainingSet(new UntokenizedTexts(texts), texts, null, 1);
  }

  /** Pairs without labels: first text, second text. See {@link #of}. */
  public static TrainingSet ofPairs(ColumnTokenizer tokenizer, List<TextPair> pairs) {
    return of(
        tokenizer,
        List.of(
            pairs.stream().map(TextPair::first).toList(),
            pairs.stream().map(TextPair::second).toList()),
        null);
  }

  /** Pairs with a score or class: first text, second text. See {@link #of}. */
  public static TrainingSet ofScoredPairs(ColumnTokenizer tokenizer, List<ScoredPair> pairs) {
    return of(tokenizer, columns(pairs), scores(pairs));
  }

  /** Triplets: anchor, positive, negative. See {@link #of}. */
  public static TrainingSet ofTriplets(ColumnTokenizer tokenizer, List<Triplet> triplets) {
    return of(
        tokenizer,
        List.of(
            triplets.stream().map(Triplet::anchor).toList(),
            triplets.stream().map(Triplet::positive).toList(),
            triplets.stream().map(Triplet::negative).toList()),
        null);
  }

  /**
   * Pairs for a cross-encoder: one column, both texts in one sequence.
   *
   * @param tokenizer of the model to be trained
   * @param pairs with the score or class as label
   * @return the set
   * @throws UserException if there is no pair
   */
  public static TrainingSet forCrossEncoder(TextTokenizer tokenizer, List<ScoredPair> pairs) {
    return forCrossEncoderTuples(tokenizer, columns(pairs), labelRows(scores(pairs)));
  }

  /**
   * Queries with several documents for a cross-encoder: one column for each document, in one
   * sequence with the query.
   *
   * @param tokenizer of the model to be trained
   * @param texts queries, positives, then any columns of negatives; all of the same size
   * @param labels [examples][labels of an example], or null
   * @return the set
   * @throws UserException if there is no example, or columns and labels differ in size
   */
  public static TrainingSet forCrossEncoderTuples(
      TextTokenizer tokenizer, List<List<String>> texts, float[][] labels) {
    checkSizes(texts, labels == null ? -1 : labels.length);
    List<List<TokenizedText>> sequences = new ArrayList<>();
    for (List<String> documents : texts.subList(1, texts.size())) {
      sequences.add(tokenizer.encodePairs(pairs(texts.get(0), documents)));
    }
    int width = labels == null ? 1 : labels[0].length;
    float[] values = labels == null ? null : flat(labels);
    return new TrainingSet(new TokenizedColumns(sequences), texts, values, width);
  }

  /**
   * Queries for a cross-encoder's ranking loss: their positives, negatives drawn from the other
   * rows of each batch, and hard negatives.
   *
   * @param tokenizer of the model to be trained; used until training ends
   * @param texts queries, positives, then any columns of hard negatives; all of the same size
   * @param negatives documents of other rows for each query, at least 1; fewer in small batches
   * @param seed of the draws
   * @return the set
   * @throws UserException if there is no example or columns differ in size
   */
  public static TrainingSet forCrossEncoderRanking(
      TextTokenizer tokenizer, List<List<String>> texts, int negatives, long seed) {
    return ofUntokenized(texts).drawingNegatives(tokenizer, negatives, seed);
  }

  /**
   * Queries with any number of documents for a cross-encoder's losses of lists: one column with a
   * row for each document, in one sequence with its query; the labels of a batch are [P, 2], the
   * number of the query within the batch beside the relevance.
   *
   * @param tokenizer of the model to be trained
   * @param lists one for each query
   * @return the set; its batches hold so many queries, whatever the number of their documents
   * @throws UserException if there is no query
   */
  public static TrainingSet forCrossEncoderLists(
      TextTokenizer tokenizer, List<RankedDocuments> lists) {
    List<String> queries = lists.stream().map(RankedDocuments::query).toList();
    checkSizes(List.of(queries), -1);
    List<List<TokenizedText>> sequences = new ArrayList<>();
    int[] starts = new int[lists.size() + 1];
    List<Float> labels = new ArrayList<>();
    for (int i = 0; i < starts.length - 1; i++) {
      RankedDocuments list = lists.get(i);
      sequences.add(
          tokenizer.encodePairs(
              list.documents().stream()
                  .map(document -> new TextPair(list.query(), document))
                  .toList()));
      labels.addAll(list.labels());
      starts[i + 1] = labels.size();
    }
    float[] values = new float[labels.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = labels.get(i);
    }
    return new TrainingSet(
        new ExamplesInMemory(new TokenizedLists(sequences), List.of(queries), values, 1, starts),
        null,
        null);
  }

  /**
   * The same examples labelled by another model's embeddings of their texts, which are computed
   * batch by batch: for GISTEmbedLoss the guide's, for MSELoss the teacher's.
   *
   * @param model frozen; stays owned by the caller, open while training runs
   * @return a set whose labels are [batch, columns * dimension]
   */
  public TrainingSet labelledBy(SentenceEncoder model) {
    return labelledBy(model, List.of(Prompt.DEFAULT));
  }

  /**
   * The same with the other model's texts behind prompts.
   *
   * @param model frozen; stays owned by the caller, open while training runs
   * @param prompts by column; the last one holds for all further columns
   * @return a set whose labels are [batch, columns * dimension]
   */
  public TrainingSet labelledBy(SentenceEncoder model, List<Prompt> prompts) {
    return new TrainingSet(examples, new TeacherEmbeddings(model, examples, prompts), null);
  }

  /**
   * The texts of the first column with noise, which is another one in each epoch.
   *
   * @param noise makes the columns of a batch; shards have to keep the texts if it reads them
   * @return the set, to be trained by one rank
   */
  public TrainingSet withNoise(BatchNoise noise) {
    return new TrainingSet(examples, null, new NoisyColumns(noise));
  }

  /**
   * Queries with their positives, negatives drawn from the other rows of each batch, and hard
   * negatives; see {@link #forCrossEncoderRanking}.
   *
   * @param tokenizer of the model to be trained; used until training ends
   * @param negatives documents of other rows for each query, at least 1; fewer in small batches
   * @param seed of the draws
   * @return a set of the same texts, which shards have to keep, to be trained by one rank
   */
  public TrainingSet drawingNegatives(TextTokenizer tokenizer, int negatives, long seed) {
    return new TrainingSet(examples, null, new DrawnNegatives(tokenizer, negatives, seed));
  }

  private static TokenizedColumns tokenized(ColumnTokenizer tokenizer, List<List<String>> texts) {
    List<List<TokenizedText>> columns = new ArrayList<>(texts.size());
    for (List<String> column : texts) {
      columns.add(tokenizer.encodeColumn(columns.size(), column));
    }
    return new TokenizedColumns(columns);
  }

  private static List<TextPair> pairs(List<String> queries, List<String> documents) {
    List<TextPair> pairs = new ArrayList<>(queries.size());
    for (int i = 0; i < queries.size(); i++) {
      pairs.add(new TextPair(queries.get(i), documents.get(i)));
    }
    return pairs;
  }

  private static List<List<String>> columns(List<ScoredPair> pairs) {
    return List.of(
        pairs.stream().map(ScoredPair::first).toList(),
        pairs.stream().map(ScoredPair::second).toList());
  }

  private static float[] scores(List<ScoredPair> pairs) {
    float[] scores = new float[pairs.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = pairs.get(i).score();
    }
    return scores;
  }

  private static float[][] labelRows(float[] labels) {
    float[][] rows = new float[labels.length][];
    Arrays.setAll(rows, i -> new float[] {labels[i]});
    return rows;
  }

  private static float[] flat(float[][] labels) {
    int width = labels[0].length;
    float[] flat = new float[labels.length * width];
    for (int i = 0; i < labels.length; i++) {
      if (labels[i].length != width) {
        throw new UserException(
            "example 0 has %d labels, example %d has %d".formatted(width, i, labels[i].length));
      }
      System.arraycopy(labels[i], 0, flat, i * width, width);
    }
    return flat;
  }

  private static void checkSizes(List<List<String>> texts, int labels) {
    int size = texts.isEmpty() ? 0 : texts.get(0).size();
    if (size == 0) {
      throw new UserException("there is no training example: at least 1 is needed");
    }
    for (List<String> column : texts) {
      if (column.size() != size) {
        throw new UserException(
            "text columns differ in size: %d and %d examples".formatted(size, column.size()));
      }
    }
    if (labels >= 0 && labels != size) {
      throw new UserException("%d examples have %d labels".formatted(size, labels));
    }
  }

  /** Number of examples. */
  public int size() {
    return examples.size();
  }

  /** Number of columns that the model sees. */
  public int columnCount() {
    return generated == null ? examples.columnCount() : generated.count(examples);
  }

  /** Whether noise makes the columns again in each epoch. */
  boolean hasNoise() {
    return generated instanceof NoisyColumns;
  }

  /** Tokens of an example, over all columns. */
  int tokens(int example) {
    return examples.tokens(example);
  }

  /** What a loss checks before training. */
  LabelsOfSet labels() {
    return teacher != null ? LabelsOfSet.EMBEDDINGS : examples.labelSummary();
  }

  /** Rows that some examples have in each column: as many as examples, or as their documents. */
  int rows(int[] batch) {
    return Arrays.stream(batch).map(examples::rows).sum();
  }

  /** Sizes and a hash of tokens and labels, to tell one set from another. */
  String fingerprint() {
    return examples.fingerprint(teacher == null ? 0 : teacher.width(), generated);
  }

  /** The texts of one batch as an epoch sees them, by column. */
  List<List<TokenizedText>> batch(int[] batch, int epoch) {
    return generated == null ? examples.batch(batch) : generated.batch(examples, batch, epoch);
  }

  /** The texts of one batch in the first epoch, by column. */
  List<List<TokenizedText>> batch(int[] batch) {
    return batch(batch, 0);
  }

  /**
   * The labels of one batch.
   *
   * @param scope owns the result
   * @param batch its examples
   * @return [B], or [B, W] where an example has several, or [P, 2] of lists, or null
   */
  NDArray batchLabels(NDManager scope, int[] batch) {
    float[] labels = teacher != null ? teacher.of(batch) : examples.labels(batch);
    if (labels == null) {
      return null;
    }
    int rows = rows(batch);
    Shape shape = labels.length == rows ? new Shape(rows) : new Shape(rows, labels.length / rows);
    return HostArrays.of(scope, labels, shape);
  }

  /** Random batches. */
  public BatchSampler shuffled(int batchSize, long seed) {
    return overWindows(seed, (window, own) -> new ShuffledSampler(window.size(), batchSize, own));
  }

  /** Random batches in which no text occurs in two examples. */
  public BatchSampler noDuplicates(int batchSize, long seed) {
    return overWindows(
        seed, (window, own) -> new NoDuplicatesSampler(examples.textIds(window), batchSize, own));
  }

  /**
   * Batches of several texts each of several classes, for the batch triplet losses.
   *
   * @throws UserException if there are no labels
   */
  public BatchSampler groupedByLabel(int batchSize, long seed) {
    if (teacher != null || labels().listSizes() != null || examples.labelWidth() != 1) {
      throw new UserException("batches grouped by label need one class label for each example");
    }
    return overWindows(
        seed, (window, own) -> new GroupByLabelSampler(examples.labels(window), batchSize, own));
  }

  /** Random batches of examples with a similar number of tokens over all columns. */
  public BatchSampler lengthGrouped(int batchSize, long seed) {
    return overWindows(
        seed,
        (window, own) ->
            new LengthGroupedSampler(
                IntStream.range(window.start(), window.start() + window.size())
                    .map(this::tokens)
                    .toArray(),
                batchSize,
                own));
  }

  private BatchSampler overWindows(long seed, WindowedSampler.OfWindow ofWindow) {
    return WindowedSampler.over(examples.windows(), seed, ofWindow);
  }
}
