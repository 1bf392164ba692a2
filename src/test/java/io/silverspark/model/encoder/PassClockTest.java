package io.silverspark.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.NarrowModel;
import io.silverspark.model.encoder.PassClock.Passes;
import io.silverspark.model.prompt.Prompt;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PassClockTest {
  private static final long SECOND = 1_000_000_000;

  private final AtomicLong now = new AtomicLong(100 * SECOND);

  @Test
  void firstThousand_andRest_areCountedApart() {
    try (PassClock clock = new PassClock(now::get)) {
      ran(clock, 600, 2);
      assertThat(clock.passes().firstRate()).isEmpty();
      assertThat(clock.passes().restRate()).hasValue(300.0);

      ran(clock, 600, 1);
      assertThat(clock.passes().firstRate()).hasValue(400.0);
      assertThat(clock.passes().restRate()).isEmpty();

      ran(clock, 2000, 1);
      assertThat(clock.passes())
          .isEqualTo(new Passes(1200, 3 * SECOND, 2000, SECOND, 0))
          .extracting(Passes::texts)
          .isEqualTo(3200L);
    }
  }

  /** Two threads whose batches overlap share the time. */
  @Test
  void batches_thatOverlap_countTheirTimeOnce() {
    try (PassClock clock = new PassClock(now::get)) {
      ran(clock, 1000, 4);
      now.addAndGet(SECOND / 2);
      clock.ran(1000, 4 * SECOND); // began before the other one ended

      assertThat(clock.passes().restNanos()).isEqualTo(SECOND / 2);
    }
  }

  /** Reading rows and tokenizing belong to the speed, a commit or another stage does not. */
  @Test
  void gaps_countUpToASecond() {
    try (PassClock clock = new PassClock(now::get)) {
      ran(clock, 1000, 1);
      now.addAndGet(SECOND);
      ran(clock, 1000, 1);
      assertThat(clock.passes().restNanos()).isEqualTo(2 * SECOND);

      now.addAndGet(2 * SECOND);
      ran(clock, 1000, 1);
      assertThat(clock.passes().restNanos()).isEqualTo(3 * SECOND);
    }
  }

  @Test
  void text_saysBothRatesAndTheShapes() {
    Passes passes = new Passes(1000, 2_000_000_000L, 3000, 2_000_000_000L, 17);

    assertThat(passes.text("texts"))
        .isEqualTo("1,500 texts/s after the first thousand (500/s), 17 shapes of batches");
    assertThat(new Passes(0, 0, 30, 1_000_000_000L, 1).text("pairs"))
        .isEqualTo("30 pairs/s, 1 shape of batches");
    assertThat(new Passes(0, 0, 0, 0, 0).text("texts")).isEmpty();
  }

  @Test
  void shapes_ofBatches_areCountedOnceEach() {
    List<String> texts = IntStream.range(0, 300).mapToObj(i -> "one text of " + i).toList();
    try (SentenceEncoder encoder =
            SentenceEncoder.of(NarrowModel.files(0), EncoderOptions.defaults().withWorkers(1));
        PassClock clock = new PassClock();
        BatchShapes shapes = BatchShapes.record()) {
      encoder.encode(texts, Prompt.DEFAULT, clock);
      int once = shapes.count();
      encoder.encode(texts, Prompt.DEFAULT, clock);

      assertThat(once).isPositive();
      assertThat(shapes.count()).isEqualTo(once);
      assertThat(shapes.distinct()).doesNotHaveDuplicates().hasSize(once);
      assertThat(clock.passes().shapes()).isEqualTo(once);
      assertThat(clock.passes().texts()).isEqualTo(600);
    }
  }

  private void ran(PassClock clock, int texts, int seconds) {
    now.addAndGet(seconds * SECOND);
    clock.ran(texts, seconds * SECOND);
  }
}
