package io.silverspark.model.distributed;

/**
 * Where the time of one optimizer step went on this rank.
 *
 * @param computeSeconds forward, backward, update
 * @param waitingSeconds until the slowest rank was there
 * @param communicationSeconds exchanging embeddings and gradients
 */
public record StepCost(double computeSeconds, double waitingSeconds, double communicationSeconds) {
  /** Seconds of the whole step. */
  public double totalSeconds() {
    return computeSeconds + waitingSeconds + communicationSeconds;
  }
}
