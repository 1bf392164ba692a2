package io.silverspark.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.jobs.run.Console;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.config.Setting;
import io.silverspark.model.error.UserException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.SparkSession;

/**
 * Shows for settings that changing them changes what a job works with: a plan, options, rows, or
 * the refusal. A fingerprint is no such thing, since it changes with settings that nothing reads.
 */
public final class SettingEvidence {
  /** What a job works with. */
  @FunctionalInterface
  public interface Outcome {
    /** With these settings; must be equal for equal settings. */
    Object of(JobContext context) throws Exception;
  }

  /** Begins the outcome of a refusal, and among other settings the message that is expected. */
  private static final String REFUSAL = "refusal: ";

  private record Claim(String change, Outcome outcome, List<String> others) {}

  private final SparkSession spark;
  private final Map<Setting<?>, List<Claim>> claims = new LinkedHashMap<>();

  /** Outcomes without the change, by outcome and settings. */
  private final Map<List<Object>, Object> unchanged = new HashMap<>();

  SettingEvidence(SparkSession spark) {
    this.spark = spark;
  }

  /**
   * Claims that a setting is read.
   *
   * @param value other than the default
   * @param outcome that differs by it
   * @param others settings of both, such as {@code train.data=triplets}
   */
  public void changes(Setting<?> setting, String value, Outcome outcome, String... others) {
    claims
        .computeIfAbsent(setting, key -> new ArrayList<>())
        .add(new Claim(setting.key() + "=" + value, outcome, List.of(others)));
  }

  /** Claims that a setting is refused beside others. */
  public void isRefused(Setting<?> setting, String value, String message, String... others) {
    List<String> all = new ArrayList<>(List.of(others));
    all.add(REFUSAL + message);
    changes(setting, value, context -> "accepted", all.toArray(String[]::new));
  }

  Set<Setting<?>> settings() {
    return claims.keySet();
  }

  /** Tests all claims of a setting. */
  void check(Setting<?> setting) {
    for (Claim claim : claims.get(setting)) {
      List<String> others =
          claim.others().stream().filter(other -> !other.startsWith(REFUSAL)).toList();
      List<String> changed = new ArrayList<>(others);
      changed.add(claim.change());
      Object before =
          unchanged.computeIfAbsent(
              List.of(claim.outcome(), others), key -> repeatable(claim.outcome(), others));
      Object after = outcome(claim.outcome(), changed);
      assertThat(after).as(claim.change() + " beside " + others).isNotEqualTo(before);
      claim.others().stream()
          .filter(other -> other.startsWith(REFUSAL))
          .forEach(other -> assertThat((String) after).isEqualTo(other));
    }
  }

  /** An outcome that differed by itself would prove nothing. */
  private Object repeatable(Outcome outcome, List<String> others) {
    Object first = outcome(outcome, others);
    assertThat(outcome(outcome, others)).as(others + " again").isEqualTo(first);
    return first;
  }

  private Object outcome(Outcome outcome, List<String> overrides) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    try {
      JobContext context =
          new JobContext(
              "test",
              AllSettings.reader().read(Optional.empty(), overrides),
              new Console(nowhere, nowhere, false),
              spark);
      Object result = outcome.of(context);
      assertThat(result).isNotNull();
      return result;
    } catch (UserException refusal) {
      return REFUSAL + refusal.getMessage();
    } catch (Exception e) {
      throw new IllegalStateException("with " + overrides, e);
    }
  }
}
