package io.silverspark.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class RunFiguresTest {
  @Test
  void page_longStage_hasAxisInMinutes() {
    String html = html(new StageResult("label", StageResult.Status.DONE, 5L, null, 600, null));

    assertThat(html).contains(">minutes<", ">10</text>", ">10 min 0 s</text>", "<span>–</span>");
  }

  @Test
  void page_shortStage_hasAxisInSeconds() {
    String html = html(new StageResult("ingest", StageResult.Status.DONE, 5L, 5L, 80, ""));

    assertThat(html).contains(">seconds<", ">80</text>", ">1 min 20 s</text>");
  }

  @Test
  void page_skippedStage_hasNoBar() {
    String html = html(new StageResult("mine", StageResult.Status.SKIPPED, 5L, 5L, 80, ""));

    assertThat(html).contains("up to date, skipped").doesNotContain("<rect");
  }

  private static String html(StageResult stage) {
    return ReportPage.html(
        RunReport.builder("run", "1", Instant.EPOCH).add(stage).build(Instant.EPOCH),
        "metrics.json");
  }
}
