package io.silverspark.jobs.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.jobs.report.Evaluation;
import io.silverspark.jobs.report.EvaluationFile;
import io.silverspark.jobs.report.Metric;
import io.silverspark.jobs.report.MetricValue;
import io.silverspark.jobs.report.ModelResult;
import io.silverspark.jobs.report.ModelRole;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Console;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.TinyModel;
import io.silverspark.model.hub.FakeHub;
import io.silverspark.model.hub.HubAccess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PushJobTest {
  @TempDir private Path run;
  private final FakeHub hub = new FakeHub();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path model;

  @BeforeEach
  void write() throws IOException {
    model = run.resolve("models/gold");
    ModelDirectory.write(
        TinyModel.encoder(PoolingMode.MEAN, true), model, "# Mine\n\n## Training\n\nOn gold.\n");
    Files.writeString(model.resolve(".hidden"), "secret");
    EvaluationFile.write(
        new Evaluation(
            "STS-B validation",
            List.of(),
            Metric.standard(),
            List.of(
                new ModelResult(
                    "gold only",
                    ModelRole.GOLD,
                    model.toString(),
                    Map.of("sts_spearman", MetricValue.of(0.786, 0.763, 0.803)),
                    List.of())),
            List.of()),
        run.resolve("evaluation.json"));
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private int push(Optional<String> token, String... more) {
    HubAccess access = new HubAccess(hub.endpoint(), run.resolve("cache"), token, false);
    CommandRunner runner = new CommandRunner(new Console(stream(out), stream(err), false));
    String[] all = new String[more.length + 2];
    all[0] = "--model";
    all[1] = model.toString();
    System.arraycopy(more, 0, all, 2, more.length);
    return runner.execute(new PushJob(access), all);
  }

  @Test
  void push_model_commitsItWithTheValuesOfItsRun() {
    assertThat(push(Optional.of("hf_write"), "--repo", "org/new", "--private")).isZero();
    assertThat(hub.uploads.committed)
        .containsKeys("README.md", "config.json", "model.safetensors", "1_Pooling/config.json")
        .doesNotContainKey(".hidden");
    assertThat(new String(hub.uploads.committed.get("README.md"), StandardCharsets.UTF_8))
        .contains("| STS Spearman | 0.7860 | [0.7630, 0.8030] |")
        .contains("STS-B validation")
        .contains("SentenceTransformer(\"org/new\")");
    assertThat(text(out)).isEqualTo(hub.endpoint() + "/org/new/commit/abc\n");
    assertThat(push(Optional.of("hf_write"), "--repo", "org/new")).isZero();
    assertThat(text(err)).contains("files are there already");
  }

  @Test
  void push_dryRun_printsFilesAndCardAndSendsNothing() {
    assertThat(push(Optional.empty(), "--repo", "org/new", "--dry-run")).isZero();
    assertThat(text(out)).contains("  model.safetensors\n", "| STS Spearman | 0.7860 |", "total");
    assertThat(text(err)).contains("org/new, branch main, public; there is no token");
    assertThat(hub.requests()).isZero();
  }

  @Test
  void push_mistakes_areOneLineAndCode2() throws IOException {
    assertThat(push(Optional.empty(), "--repo", "org/new")).isEqualTo(2);
    assertThat(push(Optional.empty(), "--repo", "new")).isEqualTo(2);
    Files.delete(model.resolve("model.safetensors"));
    assertThat(push(Optional.of("hf_write"), "--repo", "org/new")).isEqualTo(2);
    assertThat(text(err))
        .contains("set HF_TOKEN")
        .contains("--repo 'new' is not a repository, expected organisation/name")
        .contains("holds no weights, expected model.safetensors");
    assertThat(hub.requests()).isZero();
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
