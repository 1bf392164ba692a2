package io.silverspark.jobs.run;

import io.silverspark.model.config.Settings;
import io.silverspark.model.error.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/**
 * Turns arguments into settings, runs the job and gives the exit code: 0 when the job is done, 2
 * for a mistake that the user can mend, 1 for any other failure.
 */
public final class CommandRunner {
  private static final int FAILED = 1;
  private static final int USER_MISTAKE = 2;

  private final Console console;

  /** A runner that writes to a console. */
  public CommandRunner(Console console) {
    this.console = console;
  }

  /** Runs one job as a process of its own; exits only on failure, as clusters expect. */
  public static void run(Job job, String[] args) {
    exitIfFailed(new CommandRunner(Console.system()).execute(job, args));
  }

  /** Ends the process with the code unless it is 0. */
  public static void exitIfFailed(int code) {
    if (code != 0) {
      System.exit(code);
    }
  }

  /** Runs one job with the arguments after its name; returns the exit code. */
  public int execute(Job job, String... args) {
    return commandLine(job).execute(args);
  }

  /**
   * Runs the job that the first argument names; returns the exit code.
   *
   * @param program annotated with the description of the whole command line
   */
  public int execute(Object program, List<Job> jobs, String... args) {
    CommandLine line = new CommandLine(program);
    for (Job job : jobs) {
      CommandLine command = commandLine(job);
      line.addSubcommand(command.getCommandName(), command);
    }
    return configure(line).execute(args);
  }

  private CommandLine commandLine(Job job) {
    CommandLine command = new CommandLine(job);
    command.addMixin("common", new CommonOptions());
    return configure(command);
  }

  private CommandLine configure(CommandLine line) {
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionStrategy(this::runParsed)
        .setParameterExceptionHandler(
            (exception, args) -> {
              console.tell(usageProblem(exception));
              return USER_MISTAKE;
            });
  }

  private static String usageProblem(CommandLine.ParameterException exception) {
    String commands = String.join(", ", exception.getCommandLine().getSubcommands().keySet());
    return exception instanceof CommandLine.UnmatchedArgumentException unmatched
            && !commands.isEmpty()
        ? "'%s' is not a command. Commands: %s."
            .formatted(unmatched.getUnmatched().get(0), commands)
        : exception.getMessage() + ". See --help.";
  }

  private int runParsed(ParseResult parsed) {
    Integer helped = CommandLine.executeHelpRequest(parsed);
    if (helped != null) {
      return helped;
    }
    ParseResult command = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
    if (!(command.commandSpec().userObject() instanceof Job job)) {
      console.tell("A command is missing: " + names(command) + ". See --help.");
      return USER_MISTAKE;
    }
    CommonOptions options =
        (CommonOptions) command.commandSpec().mixins().get("common").userObject();
    return run(job, command.commandSpec().name(), options);
  }

  private int run(Job job, String name, CommonOptions options) {
    Optional<Path> log = Optional.empty();
    try {
      Settings settings = options.settings();
      log = LocalLogging.start(name, settings);
      LoggerFactory.getLogger(CommandRunner.class).info("{} {}", name, settings.json());
      try (JobContext context = new JobContext(name, settings, console)) {
        job.run(context);
      }
      return 0;
    } catch (Exception | LinkageError | OutOfMemoryError failure) {
      return report(failure, name, options, log);
    }
  }

  private int report(Throwable failure, String name, CommonOptions options, Optional<Path> log) {
    Logger logger = LoggerFactory.getLogger(CommandRunner.class);
    Optional<UserException> mistake = FailureText.userMistake(failure);
    if (mistake.isPresent()) {
      logger.info("{} stopped", name, failure);
      console.tell(mistake.get().getMessage());
    } else {
      logger.error("{} failed", name, failure);
      String where = log.map(file -> "details in " + file).orElse("--stacktrace shows details");
      console.tell("%s failed: %s (%s)".formatted(name, FailureText.oneLine(failure), where));
    }
    if (options.stacktrace()) {
      console.tell(FailureText.stackTrace(failure));
    }
    return mistake.isPresent() ? USER_MISTAKE : FAILED;
  }

  private static String names(ParseResult parsed) {
    return String.join(", ", parsed.commandSpec().subcommands().keySet());
  }
}
