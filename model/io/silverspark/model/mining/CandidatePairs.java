package io.silverspark.model.mining;

import java.util.List;

/**
 * A way to propose new pairs of sentences. Implementations hold their inputs (vectors, an inverted
 * index); {@link SilverSampler} removes what is already known and chooses among the proposals.
 */
@FunctionalInterface
public interface CandidatePairs {
  /**
   * The proposals in an order of the implementation's; pairs may repeat, never a sentence with
   * itself.
   */
  List<CandidatePair> propose();
}
