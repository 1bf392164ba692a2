package io.silverspark.model.loss;

import io.silverspark.model.error.UserException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Refuses labels that a loss cannot learn from, with the reason and the remedy. */
record LabelCheck(LossInputs inputs) {
  void check(int columns, LabelsOfSet labels) {
    switch (inputs.labelKind()) {
      case NONE -> requireNoOrEqualLabels(labels);
      case EMBEDDING, GUIDE -> requireEmbeddings(labels);
      case MARGIN -> requireMargins(columns, labels);
      case GROUP -> requireGroups(labels);
      case CLASS, SCORE, BINARY -> requireDifferentLabels(labels);
      case RELEVANCE -> requireRelevances(labels);
      case ORDER -> requireLists(labels);
    }
  }

  private void requireNoOrEqualLabels(LabelsOfSet labels) {
    if (labels.isPresent() && isVaried(labels.values())) {
      throw refused(
          ("takes every row as a positive and would ignore the labels of the training data, which"
                  + " differ (%s)")
              .formatted(firstTwo(labels.values())));
    }
  }

  private void requireEmbeddings(LabelsOfSet labels) {
    if (!labels.isEmbedding() && !(labels.isPresent() && labels.width() > 1)) {
      throw refused("needs embeddings of another model as labels, but the training data has none");
    }
  }

  private void requireMargins(int columns, LabelsOfSet labels) {
    requirePresent(labels);
    int negatives = columns - inputs.minColumns() + 1;
    if (labels.width() != negatives && labels.width() != negatives + 1) {
      throw refused(
          ("needs %d margins or %d scores per example for %d text columns, but the training data"
                  + " has %d")
              .formatted(negatives, negatives + 1, columns, labels.width()));
    }
    requireAllowed(labels);
  }

  private void requireGroups(LabelsOfSet labels) {
    requirePresent(labels);
    requireAllowed(labels);
    Map<Float, Integer> sizes = new HashMap<>();
    for (float label : labels.values()) {
      sizes.merge(label, 1, Integer::sum);
    }
    if (sizes.size() < 2) {
      throw lacking(
          "needs texts of two classes or more, but all %d texts of the training data are of one"
              .formatted(labels.size()));
    }
    if (sizes.values().stream().noneMatch(size -> size > 1)) {
      throw lacking("needs two texts of the same class, but every class of the data has one text");
    }
  }

  private void requireDifferentLabels(LabelsOfSet labels) {
    requirePresent(labels);
    requireAllowed(labels);
    if (labels.size() > 1 && !isVaried(labels.values())) {
      throw lacking(
          "has nothing to learn from: all %d labels of the training data are %s, and it needs"
                  .formatted(labels.size(), labels.values()[0])
              + " different ones");
    }
  }

  private void requireRelevances(LabelsOfSet labels) {
    requireLists(labels);
    int start = 0;
    boolean differ = false;
    for (int query = 0; query < labels.listSizes().length; query++) {
      for (int i = 0; i < labels.listSizes()[query]; i++) {
        float label = labels.values()[start + i];
        if (!allowed(label)) {
          throw refused(
              "needs %s, but document %d of query %d has %s"
                  .formatted(range(), i, labels.query(query), label));
        }
        differ |= label != labels.values()[start];
      }
      start += labels.listSizes()[query];
    }
    if (!differ) {
      throw refused("has nothing to learn from: no query has two documents of different labels");
    }
  }

  private void requireLists(LabelsOfSet labels) {
    if (labels.listSizes() == null) {
      throw refused("needs queries with lists of documents, but the training data has none");
    }
    if (Arrays.stream(labels.listSizes()).allMatch(size -> size < 2)) {
      throw refused("has nothing to learn from: no query has two documents");
    }
  }

  private void requirePresent(LabelsOfSet labels) {
    if (!labels.isPresent()) {
      throw refused("needs %s, but the training data has no labels".formatted(range()));
    }
  }

  private void requireAllowed(LabelsOfSet labels) {
    for (int i = 0; i < labels.values().length; i++) {
      if (!allowed(labels.values()[i])) {
        throw refused(
            "needs %s, but example %d has %s"
                .formatted(range(), labels.example(i), labels.values()[i]));
      }
    }
  }

  private boolean allowed(float label) {
    return switch (inputs.labelKind()) {
      case CLASS -> isWhole(label) && isInRange(label);
      case SCORE, RELEVANCE -> isInRange(label);
      case BINARY -> label == 0 || label == 1;
      case GROUP -> isWhole(label) && label >= 0;
      case MARGIN -> Float.isFinite(label);
      case NONE, EMBEDDING, GUIDE, ORDER -> true;
    };
  }

  private boolean isInRange(float label) {
    return Float.isFinite(label) && label >= inputs.minLabel() && label <= inputs.maxLabel();
  }

  private static boolean isWhole(float label) {
    return label == Math.rint(label);
  }

  private static boolean isVaried(float[] labels) {
    for (float label : labels) {
      if (label != labels[0]) {
        return true;
      }
    }
    return false;
  }

  private static String firstTwo(float[] labels) {
    int i = 0;
    while (labels[i] == labels[0]) {
      i++;
    }
    return "%s, %s".formatted(labels[0], labels[i]);
  }

  private String range() {
    return switch (inputs.labelKind()) {
      case CLASS ->
          "a class label from %.0f to %.0f".formatted(inputs.minLabel(), inputs.maxLabel());
      case SCORE ->
          Double.isInfinite(inputs.maxLabel())
              ? "a score (a finite number)"
              : "a score from %s to %s".formatted(inputs.minLabel(), inputs.maxLabel());
      case BINARY -> "a label of 0 or 1";
      case GROUP -> "a class label (a whole number from 0)";
      case MARGIN -> "margins of a teacher (finite numbers)";
      case RELEVANCE ->
          Double.isInfinite(inputs.minLabel())
              ? "a relevance (a finite number)"
              : "a relevance of %.0f or more".formatted(inputs.minLabel());
      case NONE, EMBEDDING, GUIDE, ORDER ->
          throw new IllegalStateException("no range: " + inputs.labelKind());
    };
  }

  /** The rows are what is wrong, not the loss, so its advice would mislead. */
  private UserException lacking(String reason) {
    return new UserException("%s %s".formatted(inputs.lossName(), reason));
  }

  private UserException refused(String reason) {
    return new UserException("%s %s; %s".formatted(inputs.lossName(), reason, inputs.advice()));
  }
}
