package io.silverspark.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.NarrowModel;
import io.silverspark.model.encoder.PassClock.Passes;
import io.silverspark.model.prompt.Prompt;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PassClockTest {
  @Test
  void firstThousand_andRest_areCountedApart() {
    try (PassClock clock = new PassClock()) {
      clock.ran(600, TimeUnit.SECONDS.toNanos(2));
      assertThat(clock.passes().firstRate()).isEmpty();
      assertThat(clock.passes().restRate()).hasValueSatisfying(rate -> near(rate, 300));

      clock.ran(600, TimeUnit.MILLISECONDS.toNanos(1)); // right after the other: little time
      Passes passes = clock.passes();
      assertThat(passes.texts()).isEqualTo(1200);
      assertThat(passes.firstTexts()).isEqualTo(1200);
      assertThat(passes.firstRate()).hasValueSatisfying(rate -> near(rate, 600));
      assertThat(passes.restRate()).isEmpty();
      assertThat(passes.text("texts")).isEqualTo("600 texts/s");
    }
  }

  /** Two threads whose batches overlap share the time. */
  @Test
  void batches_thatOverlap_countTheirTimeOnce() {
    try (PassClock clock = new PassClock()) {
      clock.ran(1000, TimeUnit.SECONDS.toNanos(4));
      clock.ran(1000, TimeUnit.MILLISECONDS.toNanos(900)); // ran beside the first

      assertThat(clock.passes().restNanos()).isLessThan(TimeUnit.MILLISECONDS.toNanos(500));
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

  private static void near(double rate, double expected) {
    assertThat(rate).isCloseTo(expected, within(expected / 4));
  }
}
