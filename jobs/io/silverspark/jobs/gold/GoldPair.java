package io.silverspark.jobs.gold;

import io.silverspark.model.data.NliLabel;
import io.silverspark.model.data.ScoredPair;

/**
 * A pair labelled by people.
 *
 * @param first premise or first sentence
 * @param second hypothesis or second sentence
 * @param score similarity from 0 to 1: the graded score over 5; for NLI 1 if entailed, else 0
 * @param label class, the number of {@link NliLabel}; -1 for graded pairs
 */
public record GoldPair(String first, String second, float score, int label) {

  /** As an example of similarity. */
  public ScoredPair scored() {
    return new ScoredPair(first, second, score);
  }

  /** As an example of a class, by the number of {@link NliLabel}. */
  public ScoredPair classified() {
    return new ScoredPair(first, second, label);
  }

  /** Whether the class is entailment. */
  public boolean isEntailment() {
    return label == NliLabel.ENTAILMENT.number();
  }

  /** The same pair the other way round. */
  public GoldPair swapped() {
    return new GoldPair(second, first, score, label);
  }

  /** Whether the pair has a similarity, which holds both ways, and not a class, which does not. */
  public boolean isGraded() {
    return label < 0;
  }
}
