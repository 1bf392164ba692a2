package io.silverspark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.model.error.UserException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class CommandRunnerTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final CommandRunner runner =
      new CommandRunner(new Console(stream(out), stream(err), false));

  @Command(name = "greet", description = "Greets.")
  private static final class Greet implements Job {
    @Option(names = "--name")
    private String name = "nobody";

    @Override
    public void run(JobContext context) {
      if (name.equals("mistake")) {
        throw new IllegalStateException(new UserException("greet: no such name."));
      }
      if (name.equals("verdict")) {
        throw new FailedVerdict("1 of 2 checks failed.");
      }
      if (name.equals("stopped")) {
        throw new IllegalStateException(
            "Cannot call methods on a stopped SparkContext.\nThis stopped SparkContext was", null);
      }
      if (name.equals("failure")) {
        throw new IllegalStateException("first line\nsecond line");
      }
      context.console().print("hello " + name + " in " + context.get(RunSettings.NAME));
      context.results().put("greeted", name);
      context.results().put("warmth", Double.NaN);
    }

    @Override
    public List<PlannedStage> plan(JobContext context) {
      if (name.equals("mistake")) {
        throw new UserException("greet: no such name.");
      }
      return List.of(
          PlannedStage.of(
              "greet", false, Map.of("names", 1200L), List.of("out/greeting"), "softly"));
    }
  }

  @Test
  void execute_goodArguments_runsTheJob() {
    assertThat(runner.execute(new Greet(), "--name", "you", "--set", "run.name=here")).isZero();
    assertThat(text(out)).isEqualTo("hello you in here\n");
  }

  @Test
  void execute_usersMistakes_areOneLineAndCode2() {
    assertThat(runner.execute(new Greet(), "--name", "mistake")).isEqualTo(2);
    assertThat(runner.execute(new Greet(), "--set", "run.nam=x")).isEqualTo(2);
    assertThat(runner.execute(new Greet(), "--unknown")).isEqualTo(2);
    assertThat(runner.execute(new Greet(), "--set", "run.seed=x")).isEqualTo(2);
    assertThat(text(err))
        .isEqualTo(
            """
            greet: no such name.
            --set: unknown setting 'run.nam'. Did you mean 'run.name'?
            Unknown option: '--unknown'. See --help.
            --set: run.seed = 'x' is not valid: needs a whole number.
            """);
  }

  @Test
  void execute_failure_isOneLineAndCode1() {
    assertThat(runner.execute(new Greet(), "--name", "failure")).isEqualTo(1);
    assertThat(text(err))
        .startsWith("greet failed: IllegalStateException: first line (")
        .hasLineCount(1);
  }

  @Test
  void execute_stacktraceAsked_printsIt() {
    assertThat(runner.execute(new Greet(), "--name", "failure", "--stacktrace")).isEqualTo(1);
    assertThat(text(err)).contains("second line").contains("at io.silverspark");
  }

  @Test
  void execute_json_printsOneDocumentAndNothingElse() throws Exception {
    assertThat(runner.execute(new Greet(), "--json", "--name", "you")).isZero();
    JsonNode document = new ObjectMapper().readTree(text(out));
    assertThat(document.path("command").asText()).isEqualTo("greet");
    assertThat(document.path("runId").asText()).startsWith("run-");
    assertThat(document.path("exitCode").asInt(-1)).isZero();
    assertThat(document.path("results").path("greeted").asText()).isEqualTo("you");
    assertThat(document.path("results").path("warmth").isNull()).isTrue();
    assertThat(text(err)).isEqualTo("hello you in run\n");
  }

  @Test
  void execute_jsonWithMistake_saysTheErrorInTheDocument() throws Exception {
    assertThat(runner.execute(new Greet(), "--json", "--name", "mistake")).isEqualTo(2);
    JsonNode document = new ObjectMapper().readTree(text(out));
    assertThat(document.path("exitCode").asInt()).isEqualTo(2);
    assertThat(document.path("error").asText()).isEqualTo("greet: no such name.");
  }

  @Test
  void execute_failedVerdict_isItsMessageAndCode1() {
    assertThat(runner.execute(new Greet(), "--name", "verdict")).isEqualTo(1);
    assertThat(text(err)).isEqualTo("1 of 2 checks failed.\n");
  }

  @Test
  void execute_dryRun_printsThePlanAndDoesNotRun() throws Exception {
    assertThat(runner.execute(new Greet(), "--dry-run")).isZero();
    assertThat(text(out))
        .isEqualTo(
            """
            greet  runs
                   reads names (1,200 rows)
                   writes out/greeting
                   softly
            Dry run: nothing was written.
            """);
  }

  @Test
  void execute_dryRunJson_holdsThePlan() throws Exception {
    assertThat(runner.execute(new Greet(), "--dry-run", "--json")).isZero();
    JsonNode plan = new ObjectMapper().readTree(text(out)).path("plan").path(0);
    assertThat(plan.path("status").asText()).isEqualTo("RUNS");
    assertThat(plan.path("rows").path("names").asLong()).isEqualTo(1200);
  }

  @Test
  void execute_dryRunOfWhatCannotRun_saysWhy() {
    assertThat(runner.execute(new Greet(), "--dry-run", "--name", "mistake")).isEqualTo(2);
    assertThat(text(out)).contains("greet  blocked").contains("greet: no such name.");
  }

  @Test
  void execute_dryRunJsonOfWhatCannotRun_hasCodeAndReason() throws Exception {
    assertThat(runner.execute(new Greet(), "--dry-run", "--json", "--name", "mistake"))
        .isEqualTo(2);
    JsonNode document = new ObjectMapper().readTree(text(out));
    assertThat(document.path("exitCode").asInt()).isEqualTo(2);
    assertThat(document.path("error").asText()).isEqualTo("greet: no such name.");
    assertThat(document.path("plan").path(0).path("status").asText()).isEqualTo("BLOCKED");
  }

  @Test
  void execute_stoppedContext_saysThatSparkWasStopped() {
    assertThat(runner.execute(new Greet(), "--name", "stopped")).isEqualTo(1);
    assertThat(text(err))
        .startsWith(
            "greet failed: the Spark application was stopped by something else, such as the"
                + " cluster or another thread; run the command again to continue (")
        .hasLineCount(1);
  }

  @Test
  void failure_onATerminal_isRed() {
    Console console = new Console(stream(out), stream(err), new Terminal(true, true));
    new CommandRunner(console).execute(new Greet(), "--name", "mistake");
    assertThat(text(err)).isEqualTo("\u001b[31mgreet: no such name.\u001b[0m\n");
  }

  @Test
  void terminal_noColorOrDumb_hasNoColour() {
    assertThat(Terminal.of(true, Map.of("TERM", "xterm")).colour()).isTrue();
    assertThat(Terminal.of(true, Map.of("TERM", "xterm", "NO_COLOR", "1")).colour()).isFalse();
    assertThat(Terminal.of(true, Map.of("TERM", "xterm", "NO_COLOR", "")).colour()).isTrue();
    assertThat(Terminal.of(true, Map.of("TERM", "dumb")).colour()).isFalse();
    assertThat(Terminal.of(false, Map.of("TERM", "xterm")).colour()).isFalse();
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
