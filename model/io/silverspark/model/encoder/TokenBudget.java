package io.silverspark.model.encoder;

import io.silverspark.model.error.UserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many padded tokens a batch on a GPU may have. It starts with a wish or with what is free, and
 * is halved for good when the memory does not suffice.
 */
final class TokenBudget {
  private static final Logger LOG = LoggerFactory.getLogger(TokenBudget.class);

  /** More hardly raises the speed of a small model, and batches before it are in flight, too. */
  private static final int MOST = 32_768;

  private static final int LEAST = 1024;

  /** A quarter of the free memory, for other tasks of the same card. */
  private static final int SHARE = 4;

  private final String device;
  private int tokens;

  /**
   * A budget.
   *
   * @param device for messages
   * @param tokens of a batch, at most
   */
  TokenBudget(String device, int tokens) {
    this.device = device;
    this.tokens = tokens;
  }

  /**
   * The budget of a model on its GPU.
   *
   * @param transformer on a GPU
   * @param wanted tokens; 0: by the memory that is free
   */
  static TokenBudget ofGpu(Transformer transformer, int wanted) {
    String device = "cuda:" + transformer.device().getDeviceId();
    return new TokenBudget(device, wanted > 0 ? wanted : automatic(device, transformer));
  }

  private static int automatic(String device, Transformer transformer) {
    long free =
        GpuCard.of(device)
            .flatMap(card -> card.usedBytes().map(used -> card.bytes() - used))
            .orElse(0L);
    return automatic(free, transformer.bytesOfToken());
  }

  /** Tokens for so much free memory; 0 bytes: not known. */
  static int automatic(long freeBytes, long bytesOfToken) {
    long fitting = freeBytes / SHARE / GpuBatches.IN_FLIGHT / bytesOfToken;
    return (int) Math.max(LEAST, Math.min(MOST, freeBytes == 0 ? MOST : fitting));
  }

  /** How batches are cut now. */
  synchronized LengthSortedBatches batches() {
    return LengthSortedBatches.of(tokens);
  }

  /**
   * Takes half of it, unless another thread has done so.
   *
   * @param texts of the batch that did not fit
   * @param longest of them in tokens
   * @throws UserException if it had one text
   */
  synchronized void halve(int texts, int longest) {
    if (texts == 1) {
      throw new UserException(
          "one text of %d tokens does not fit into the memory of %s: lower model.maxSeqLength, or free memory of the GPU"
              .formatted(longest, device));
    }
    int half = Math.max(1, texts * longest / 2);
    if (half < tokens) {
      LOG.warn(
          "{} has not enough memory for a batch of {} tokens: batches have at most {} from here on (model.batchTokens)",
          device,
          texts * longest,
          half);
      tokens = half;
    }
  }
}
