package io.silverspark.udfs.mining;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.struct;

import io.silverspark.model.mining.MinedFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Mined anchors with their texts, from which every output format of mine_hard_negatives of
 * sentence-transformers is made, with its names of columns for a data set whose columns are called
 * anchor and positive. One difference: rows have no order here; within a row the order is the same,
 * but that several positives of an anchor are ordered by id.
 *
 * @param anchors columns anchor_id, anchor, positives and negatives; the last two are lists of
 *     rank, document_id, document, score, id, best first
 * @param hasIds whether the documents have ids of the user's
 */
public record MinedRows(Dataset<Row> anchors, boolean hasIds) {
  private static final String NEGATIVES_ALONE =
      "filter(negatives, n -> NOT exists(positives, p -> p.document_id = n.document_id))";

  /**
   * Gathers the documents of each anchor.
   *
   * @param documents columns of {@link DistributedHardNegativeMiner#DOCUMENTS}, with the texts in
   *     columns anchor and document, and where there are ids of the user's, column id
   */
  public static MinedRows of(Dataset<Row> documents) {
    boolean hasIds = Stream.of(documents.columns()).anyMatch("id"::equals);
    Column document =
        hasIds
            ? struct("rank", "document_id", "document", "score", "id")
            : struct("rank", "document_id", "document", "score");
    return new MinedRows(
        documents
            .groupBy("anchor_id", "anchor")
            .agg(array_sort(collect_list(document)).as("all"))
            .selectExpr(
                "anchor_id",
                "anchor",
                "filter(all, d -> d.rank = 0) AS positives",
                "filter(all, d -> d.rank > 0) AS negatives"),
        hasIds);
  }

  /** Whether a positive of an anchor is no negative of it, as when positives are not included. */
  public MinedRows withoutIncludedPositives() {
    return new MinedRows(
        anchors.selectExpr("anchor_id", "anchor", "positives", NEGATIVES_ALONE + " AS negatives"),
        hasIds);
  }

  /**
   * The rows of a format.
   *
   * @param numNegatives how many were asked for
   * @param withScores whether similarities are added: a list {@code scores}; for labelled pairs and
   *     lists {@code score} and {@code scores} in place of the labels
   * @return columns anchor, positive and those of the format; {@code ids} or, for labelled pairs,
   *     {@code id} if the documents have ids, in the order of the texts
   */
  public Dataset<Row> as(MinedFormat format, int numNegatives, boolean withScores) {
    return switch (format) {
      case TRIPLET -> triplets(withScores);
      case N_TUPLE -> tuples(numNegatives, withScores);
      case LABELED_PAIR -> labelledPairs(withScores);
      case LABELED_LIST -> labelledLists(withScores);
    };
  }

  private Dataset<Row> triplets(boolean withScores) {
    return anchors
        .selectExpr("anchor", "explode(positives) AS p", "negatives")
        .selectExpr("anchor", "p", "explode(negatives) AS n")
        .selectExpr(
            columns(
                List.of("anchor", "p.document AS positive", "n.document AS negative"),
                withScores ? "array(p.score, n.score) AS scores" : "",
                hasIds ? "array(p.id, n.id) AS ids" : ""));
  }

  private Dataset<Row> tuples(int numNegatives, boolean withScores) {
    List<String> texts = new ArrayList<>(List.of("anchor", "p.document AS positive"));
    IntStream.range(0, numNegatives)
        .forEach(i -> texts.add("negatives[%d].document AS negative_%d".formatted(i, i + 1)));
    return anchors
        .where("size(negatives) >= " + numNegatives)
        .selectExpr("anchor", "explode(positives) AS p", "negatives")
        .selectExpr(
            columns(
                texts,
                withScores ? "concat(array(p.score), negatives.score) AS scores" : "",
                hasIds ? "concat(array(p.id), negatives.id) AS ids" : ""));
  }

  private Dataset<Row> labelledPairs(boolean withScores) {
    return anchors
        .selectExpr("anchor", "explode(concat(positives, negatives)) AS d")
        .selectExpr(
            columns(
                List.of("anchor", "d.document AS positive"),
                withScores ? "d.score AS score" : "int(d.rank = 0) AS label",
                hasIds ? "d.id AS id" : ""));
  }

  private Dataset<Row> labelledLists(boolean withScores) {
    return anchors
        .where("size(negatives) > 0")
        .selectExpr("anchor", "explode(positives) AS p", "negatives")
        .selectExpr(
            columns(
                List.of("anchor", "concat(array(p.document), negatives.document) AS positive"),
                withScores
                    ? "concat(array(p.score), negatives.score) AS scores"
                    : "concat(array(1), transform(negatives, n -> 0)) AS labels",
                hasIds ? "concat(array(p.id), negatives.id) AS ids" : ""));
  }

  private static String[] columns(List<String> texts, String... others) {
    return Stream.concat(texts.stream(), Stream.of(others).filter(other -> !other.isEmpty()))
        .toArray(String[]::new);
  }
}
