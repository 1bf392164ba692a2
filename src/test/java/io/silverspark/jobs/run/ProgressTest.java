package io.silverspark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long now;

  @Test
  void lines_appearEveryFiveSeconds_withRateAndTimeLeft() {
    Progress progress = progress(false, 1000);
    second(1);
    progress.advance(100);
    second(5);
    progress.note("loss 0.7");
    progress.advance(100);
    second(10);
    progress.reach(1000);
    progress.finish();
    progress.finish();

    assertThat(text())
        .isEqualTo(
            """
            encode: 200 of 1,000 (20 %), 40/s, 20 s left, loss 0.7
            encode: 1,000 of 1,000 (100 %), 100/s, loss 0.7
            encode: 1,000 in 10 s, 100/s, loss 0.7
            """);
  }

  @Test
  void terminal_overwritesOneLine() {
    Progress progress = progress(true, 10);
    second(1);
    progress.advance(5);
    progress.close();

    assertThat(text())
        .isEqualTo(
            "\rencode: 0 of 10 (0 %)\u001b[K\rencode: 5 of 10 (50 %), 5.0/s, 1.0 s left\u001b[K"
                + "\rencode: 5 in 1.0 s, 5.0/s\u001b[K\n");
  }

  @Test
  void duration_hasTwoUnitsAtMost() {
    assertThat(Progress.duration(0.42)).isEqualTo("0.4 s");
    assertThat(Progress.duration(59.4)).isEqualTo("59 s");
    assertThat(Progress.duration(185)).isEqualTo("3 min 05 s");
    assertThat(Progress.duration(7620)).isEqualTo("2 h 07 min");
  }

  private Progress progress(boolean terminal, long total) {
    PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return new Progress(stream, terminal, "encode", total, () -> now);
  }

  private void second(int second) {
    now = TimeUnit.SECONDS.toNanos(second);
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
