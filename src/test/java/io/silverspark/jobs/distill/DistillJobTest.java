package io.silverspark.jobs.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.NarrowModel;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Console;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistillJobTest {
  @TempDir private Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void distill_narrowModel_writesAStaticModelThatLoads() throws Exception {
    Path words = Files.writeString(directory.resolve("words.txt"), "silverspark\n");
    assertThat(run("--pca-dims", "8", "--vocabulary", words.toString())).as(text(err)).isZero();
    assertThat(text(err)).contains("8 components").contains("model");
    try (SentenceEncoder encoder =
        SentenceEncoder.load(directory.resolve("model").toString(), EncoderOptions.defaults())) {
      float[][] vectors = encoder.encode(List.of("silverspark", "a cat", "cat a"));
      assertThat(vectors).hasDimensions(3, 8);
      assertThat(vectors[1]).containsExactly(vectors[2], within(1e-6f));
      assertThat(vectors[0]).isNotEqualTo(vectors[1]);
    }
  }

  @Test
  void distill_withoutAnalysisAndWeights_keepsTheWidth() throws Exception {
    assertThat(run("--pca-dims", "none", "--sif-coefficient", "none", "--pooling", "first"))
        .as(text(err))
        .isZero();
    int width = NarrowModel.files(0).config().hiddenSize();
    assertThat(text(err)).contains(width + " components,");
  }

  @Test
  void distill_wrongOptions_areRefusedBeforeWork() {
    assertThat(run("--pca-dims", "0")).isNotZero();
    assertThat(text(err)).contains("--pca-dims");
    assertThat(run("--sif-coefficient", "2")).isNotZero();
    assertThat(text(err)).contains("--sif-coefficient");
    assertThat(run("--token-remove-pattern", "[")).isNotZero();
    assertThat(text(err)).contains("--token-remove-pattern");
    assertThat(directory.resolve("model")).doesNotExist();
  }

  private int run(String... options) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--model",
                NarrowModel.directory(),
                "--output",
                directory.resolve("model").toString(),
                "--set",
                "run.dir=" + directory.resolve("run")));
    all.addAll(List.of(options));
    Console console = new Console(new PrintStream(out, true), new PrintStream(err, true), false);
    return new CommandRunner(console).execute(new DistillJob(), all.toArray(String[]::new));
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
