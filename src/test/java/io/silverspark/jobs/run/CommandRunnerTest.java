package io.silverspark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.jobs.config.RunSettings;
import io.silverspark.model.error.UserException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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
      if (name.equals("failure")) {
        throw new IllegalStateException("first line\nsecond line");
      }
      context.console().print("hello " + name + " in " + context.get(RunSettings.NAME));
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
        .isEqualTo(
            "greet failed: IllegalStateException: first line (--stacktrace shows details)\n");
  }

  @Test
  void execute_stacktraceAsked_printsIt() {
    assertThat(runner.execute(new Greet(), "--name", "failure", "--stacktrace")).isEqualTo(1);
    assertThat(text(err)).contains("second line").contains("at io.silverspark");
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
