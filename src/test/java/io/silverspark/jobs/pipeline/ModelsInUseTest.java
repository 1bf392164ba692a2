package io.silverspark.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsInUseTest {
  @TempDir private Path directory;

  /** Neither loses the version in use, nor takes the next one for the first. */
  @Test
  void champion_afterAKillWhileItWasReplaced_isTheOneBefore() throws IOException {
    ModelsInUse models =
        new ModelsInUse(
            directory, Optional.empty(), Optional.empty(), "model", () -> new Configuration(false));
    assertThat(models.champion()).isEmpty();
    assertThat(models.version()).isZero();
    models.register(model("first"), Map.of("sts_pairs", 3L), Map.of());
    Path champion = directory.resolve("champion");

    setAsideByAKill(champion);
    assertThat(models.champion()).hasValue(champion);
    setAsideByAKill(champion);
    assertThat(models.version()).isEqualTo(1);
    setAsideByAKill(champion);
    assertThat(models.tables()).containsEntry("sts_pairs", 3L);

    setAsideByAKill(champion);
    assertThat(models.register(model("second"), Map.of(), Map.of())).isEqualTo(2);
    assertThat(directory.resolve("versions/1/weights")).hasContent("first");
    assertThat(champion.resolve("weights")).hasContent("second");
  }

  private Path model(String weights) throws IOException {
    Path model = Files.createDirectories(directory.resolve("trained"));
    Files.writeString(model.resolve("weights"), weights);
    return model;
  }

  private static void setAsideByAKill(Path champion) throws IOException {
    Files.move(champion, champion.resolveSibling(".champion." + UUID.randomUUID() + ".replaced"));
  }
}
