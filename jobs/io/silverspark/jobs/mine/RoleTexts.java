package io.silverspark.jobs.mine;

import io.silverspark.jobs.run.JobContext;
import io.silverspark.udfs.serving.EncodeSpec;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The texts of mining, each embedded behind the prompt of its role. Roles with the same prompt
 * share their embeddings; a text of two roles with different prompts has two.
 *
 * @param queries anchors
 * @param corpus positives and candidates
 * @param sentences what is paired for the cross-encoder to label
 */
record RoleTexts(EmbeddedTexts queries, EmbeddedTexts corpus, EmbeddedTexts sentences)
    implements AutoCloseable {

  /**
   * Embeds the texts of all roles.
   *
   * @param queries columns id and text; ids may repeat, in all three
   * @param corpus columns id and text
   * @param sentences columns id and text
   */
  static RoleTexts of(
      JobContext context, Dataset<Row> queries, Dataset<Row> corpus, Dataset<Row> sentences) {
    EncodeSpec ofQueries = MiningModel.ofQueries(context);
    EncodeSpec ofCorpus = MiningModel.ofCorpus(context);
    EncodeSpec ofSentences = MiningModel.ofSentences(context);
    Map<EncodeSpec, Dataset<Row>> texts = new LinkedHashMap<>();
    texts.merge(ofQueries, queries, Dataset::union);
    texts.merge(ofCorpus, corpus, Dataset::union);
    texts.merge(ofSentences, sentences, Dataset::union);
    Map<EncodeSpec, EmbeddedTexts> embedded = new LinkedHashMap<>();
    try {
      texts.forEach((spec, rows) -> embedded.put(spec, EmbeddedTexts.of(context, rows, spec)));
    } catch (Exception e) {
      embedded.values().forEach(EmbeddedTexts::close);
      throw e;
    }
    return new RoleTexts(
        embedded.get(ofQueries), embedded.get(ofCorpus), embedded.get(ofSentences));
  }

  /** Number of embeddings. */
  long count() {
    return distinct().stream().mapToLong(EmbeddedTexts::count).sum();
  }

  private Set<EmbeddedTexts> distinct() {
    Set<EmbeddedTexts> all = new LinkedHashSet<>();
    all.add(queries);
    all.add(corpus);
    all.add(sentences);
    return all;
  }

  @Override
  public void close() {
    distinct().forEach(EmbeddedTexts::close);
  }
}
