package io.silverspark.udfs.sql;

import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.mining.BinaryIndex;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.udfs.columns.FiniteNumbers;
import io.silverspark.udfs.serving.TaskModel;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * What {@link TopKFunction} knows of one group: the query and its best candidates so far. Texts
 * wait until there are enough for a batch; they are encoded before the state leaves its task.
 */
public final class TopKState implements Serializable {
  private static final int BATCH = 256;

  private final TaskModel<SentenceEncoder> model;
  private final Prompt corpusPrompt;
  private final VectorSimilarity similarity;
  private final List<String> waitingTexts = new ArrayList<>();
  private final List<Comparable<?>> waitingIds = new ArrayList<>();
  private final PriorityQueue<Hit> best = new PriorityQueue<>(new WorstFirst());
  private String queryText;
  private float[] query;
  private int limit;

  /**
   * A candidate.
   *
   * @param id a Long or a String
   * @param score similarity
   */
  record Hit(Comparable<?> id, float score) implements Serializable {}

  /** The hit that the next better one replaces comes first. */
  private static final class WorstFirst implements Comparator<Hit>, Serializable {
    @Override
    @SuppressWarnings("unchecked") // all ids of a column are of one type
    public int compare(Hit left, Hit right) {
      int byScore = Float.compare(left.score(), right.score());
      return byScore != 0 ? byScore : ((Comparable<Object>) right.id()).compareTo(left.id());
    }
  }

  TopKState(TaskModel<SentenceEncoder> model, Prompt corpusPrompt, VectorSimilarity similarity) {
    this.model = model;
    this.corpusPrompt = corpusPrompt;
    this.similarity = similarity;
  }

  void limit(int k) {
    if (limit != 0 && limit != k) {
      throw new UserException("top_k: k must be the same in all rows of a group");
    }
    limit = k;
  }

  void add(float[] queryVector, float[] candidate, Comparable<?> id) {
    useQuery(queryVector);
    offer(candidate, id);
  }

  void add(float[] queryVector, byte[] bits, EmbeddingPrecision precision, Comparable<?> id) {
    useQuery(queryVector);
    offer(new Hit(id, BinaryIndex.score(query, bits, precision)));
  }

  void add(String text, String candidate, Comparable<?> id) {
    if (queryText == null) {
      queryText = text;
    } else if (!queryText.equals(text)) {
      throw differentQueries();
    }
    waitingTexts.add(candidate);
    waitingIds.add(id);
    if (waitingTexts.size() == BATCH) {
      encodeWaiting();
    }
  }

  private void useQuery(float[] vector) {
    if (query == null) {
      query = vector;
    } else if (!Arrays.equals(query, vector)) {
      throw differentQueries();
    }
  }

  private static UserException differentQueries() {
    return new UserException("top_k: a group has several queries; add the query to GROUP BY");
  }

  private void offer(float[] candidate, Comparable<?> id) {
    if (candidate.length != query.length) {
      throw new UserException(
          "top_k: the query has %d components, the candidate %s has %d: they are of different models"
              .formatted(query.length, id, candidate.length));
    }
    offer(new Hit(id, similarity.between(query, candidate)));
  }

  private void offer(Hit hit) {
    best.add(hit);
    if (best.size() > limit) {
      best.poll();
    }
  }

  private void encodeWaiting() {
    if (waitingTexts.isEmpty()) {
      return;
    }
    float[][] vectors = model.apply(this::encodeWaiting);
    for (int i = 0; i < waitingIds.size(); i++) {
      offer(vectors[i], waitingIds.get(i));
    }
    waitingTexts.clear();
    waitingIds.clear();
  }

  /** The waiting candidates, in one batch with the query where both have the same prompt. */
  private float[][] encodeWaiting(SentenceEncoder encoder) {
    List<String> texts = new ArrayList<>(waitingTexts);
    Prompt queryPrompt = model.spec().prompt();
    boolean alike =
        encoder.prompts().text(queryPrompt).equals(encoder.prompts().text(corpusPrompt));
    if (query == null && !alike) {
      query = encode(encoder, List.of(queryText), queryPrompt)[0];
    }
    if (query == null) {
      texts.add(queryText);
    }
    float[][] vectors = encode(encoder, texts, corpusPrompt);
    if (query == null) {
      query = vectors[vectors.length - 1];
    }
    return vectors;
  }

  private float[][] encode(SentenceEncoder encoder, List<String> texts, Prompt prompt) {
    return FiniteNumbers.of(model.spec().model(), texts, encoder.encode(texts, prompt));
  }

  void merge(TopKState other) {
    encodeWaiting();
    other.encodeWaiting();
    if (other.limit != 0) {
      limit(other.limit);
    }
    if (other.query == null) {
      return;
    }
    if (queryText == null) {
      queryText = other.queryText;
    } else if (!queryText.equals(other.queryText)) {
      throw differentQueries();
    }
    if (queryText == null) {
      useQuery(other.query);
    } else if (query == null) {
      query = other.query; // texts were compared; vectors may differ in their last bits
    }
    other.best.forEach(this::offer);
  }

  List<Hit> bestFirst() {
    encodeWaiting();
    return best.stream().sorted(new WorstFirst().reversed()).toList();
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    encodeWaiting();
    out.defaultWriteObject();
  }
}
