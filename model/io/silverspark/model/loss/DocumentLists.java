package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The documents of each query of a batch, as matrices [Q, N] of the queries by the longest list;
 * shorter lists are filled with 0. Labels are numbers of the host, logits stay on the device.
 *
 * @param lists by query, its documents in their order
 * @param longest number N of documents of the longest list
 */
record DocumentLists(List<List<Document>> lists, int longest) {

  /**
   * A document of a query.
   *
   * @param row of its logit in the column
   * @param label relevance
   */
  record Document(int row, double label) {}

  /** What all losses of lists take. */
  static LossInputs inputs(String name, LabelKind kind, double least) {
    return new LossInputs(
        name,
        1,
        1,
        "logits of a query's documents",
        kind,
        least,
        Double.POSITIVE_INFINITY,
        "give queries with their labelled documents (cross.lists), in Java"
            + " TrainingSet.forCrossEncoderLists");
  }

  /**
   * Finds the documents of each query.
   *
   * @param labels [P, 2]: number of the query from 0 in rising order, label
   */
  static DocumentLists of(NDArray labels) {
    double[] rows = labels.toType(DataType.FLOAT64, false).toDoubleArray();
    List<List<Document>> lists = new ArrayList<>();
    int longest = 0;
    for (int i = 0; i < rows.length / 2; i++) {
      while (lists.size() <= rows[2 * i]) {
        lists.add(new ArrayList<>());
      }
      List<Document> list = lists.get((int) rows[2 * i]);
      list.add(new Document(i, rows[2 * i + 1]));
      longest = Math.max(longest, list.size());
    }
    return new DocumentLists(lists, longest);
  }

  /** The same lists, the highest labels first; equal labels keep their order. */
  DocumentLists byFallingLabel() {
    Comparator<Document> order = Comparator.comparingDouble(document -> -document.label());
    return new DocumentLists(
        lists.stream().map(list -> list.stream().sorted(order).toList()).toList(), longest);
  }

  /** Number Q of queries. */
  int queries() {
    return lists.size();
  }

  /** Number P of documents of all queries. */
  int documents() {
    return lists.stream().mapToInt(List::size).sum();
  }

  /** The activated logits [P, 1] of one column as [Q, N]; those that are not there are 0. */
  NDArray matrix(NDList columns, LogitActivation activation) {
    NDArray logits = activation.apply(columns.get(0).reshape(-1)); // [P]
    long missing = logits.size();
    long[] rows = new long[queries() * longest];
    for (int query = 0; query < queries(); query++) {
      for (int i = 0; i < longest; i++) {
        List<Document> list = lists.get(query);
        rows[query * longest + i] = i < list.size() ? list.get(i).row() : missing;
      }
    }
    NDArray nothing = logits.getManager().zeros(new Shape(1), logits.getDataType());
    return logits
        .concat(nothing)
        .gather(logits.getManager().create(rows), 0)
        .reshape(queries(), longest);
  }

  /** 1 where there is a document, else 0: [Q, N]. */
  double[] present() {
    double[] present = new double[queries() * longest];
    for (int query = 0; query < queries(); query++) {
      for (int i = 0; i < lists.get(query).size(); i++) {
        present[query * longest + i] = 1;
      }
    }
    return present;
  }

  /** Numbers of the host beside an array: on its device, of its type. */
  static NDArray beside(NDArray array, double[] values, long... shape) {
    return array.getManager().create(values, new Shape(shape)).toType(array.getDataType(), false);
  }

  /** The labels of a query in the order of its documents. */
  double[] labels(int query) {
    return lists.get(query).stream().mapToDouble(Document::label).toArray();
  }
}
