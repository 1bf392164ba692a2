package io.silverspark.model.encoder;

import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How fast a job goes that sees each text once: its first thousand texts, and those after them.
 * Counts the time in which batches follow each other: tokenizing and reading rows between them is
 * in it, a pause of more than a second is not, such as a commit. Safe for several threads.
 */
public final class PassClock implements BatchListener, AutoCloseable {
  private static final int FIRST = 1000;
  private static final long PAUSE_NANOS = 1_000_000_000;

  private final BatchShapes shapes = BatchShapes.record();
  private final LongSupplier nanoTime;
  private long texts;
  private long busyNanos;
  private long lastEnd;
  private long firstTexts;
  private long firstNanos;

  /** A clock that goes with the machine's. */
  public PassClock() {
    this(System::nanoTime);
  }

  /** A clock that goes as told. */
  PassClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * What a clock has counted.
   *
   * @param firstTexts texts until the first thousand was done; 0 if there were not so many
   * @param firstNanos time for them
   * @param restTexts texts after them
   * @param restNanos time for these
   * @param shapes distinct shapes of batches
   */
  public record Passes(long firstTexts, long firstNanos, long restTexts, long restNanos, int shapes)
      implements Serializable {
    /** Texts so far. */
    public long texts() {
      return firstTexts + restTexts;
    }

    /** Texts a second of the first thousand; empty if there were fewer. */
    public Optional<Double> firstRate() {
      return rate(firstTexts, firstNanos);
    }

    /** Texts a second after the first thousand, or of all if there were fewer. */
    public Optional<Double> restRate() {
      return rate(restTexts, restNanos);
    }

    private static Optional<Double> rate(long texts, long nanos) {
      return texts == 0 || nanos == 0 ? Optional.empty() : Optional.of(texts * 1e9 / nanos);
    }

    /**
     * For people: {@code 1,540 texts/s after the first thousand (820/s), 23 shapes of batches};
     * empty if there is no rate.
     *
     * @param unit of the rates, such as {@code texts}
     */
    public String text(String unit) {
      String rest =
          restRate().map(rate -> String.format(Locale.ROOT, "%,.0f %s/s", rate, unit)).orElse("");
      String first = firstRate().map(rate -> String.format(Locale.ROOT, "%,.0f", rate)).orElse("");
      if (rest.isEmpty() && first.isEmpty()) {
        return "";
      }
      String rates =
          first.isEmpty()
              ? rest
              : rest.isEmpty()
                  ? "%s %s/s".formatted(first, unit)
                  : "%s after the first thousand (%s/s)".formatted(rest, first);
      return switch (shapes) {
        case 0 -> rates;
        case 1 -> rates + ", 1 shape of batches";
        default -> rates + ", %d shapes of batches".formatted(shapes);
      };
    }
  }

  @Override
  public void ran(int count, long tokens, long paddedTokens, long nanos) {
    ran(count, nanos);
  }

  /**
   * Work is done that ends now.
   *
   * @param count texts, pairs or examples
   * @param nanos wall time of the work
   */
  public synchronized void ran(int count, long nanos) {
    long now = nanoTime.getAsLong();
    boolean pause = texts == 0 || now - nanos - lastEnd > PAUSE_NANOS;
    busyNanos += pause ? nanos : now - lastEnd;
    lastEnd = now;
    count(count);
  }

  /**
   * Work of a single thread was done, whenever that is told: a GPU's training steps are reported
   * several at once.
   *
   * @param count texts, pairs or examples
   * @param nanos wall time of the work
   */
  public synchronized void add(int count, long nanos) {
    busyNanos += nanos;
    count(count);
  }

  private void count(int count) {
    texts += count;
    if (firstTexts == 0 && texts >= FIRST) {
      firstTexts = texts;
      firstNanos = busyNanos;
    }
  }

  /** What was counted so far. */
  public synchronized Passes passes() {
    return new Passes(
        firstTexts, firstNanos, texts - firstTexts, busyNanos - firstNanos, shapes.count());
  }

  @Override
  public void close() {
    shapes.close();
  }
}
