package io.silverspark.jobs.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.jobs.config.RunSettings;
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
 * for a mistake that the user can fix, 1 for any other failure. With {@code --json} one document
 * goes to standard output at the end, whatever the code; with {@code --dry-run} the job's plan
 * stands in place of the work, and a stage that cannot run gives code 2. A process that is stopped
 * by a signal says so and ends with the code of the signal (143 for SIGTERM, 130 for SIGINT).
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

  /**
   * Ends the process with the code unless it is 0. On Databricks, where the process is the
   * cluster's driver and has to live on, the task fails by an exception instead.
   */
  public static void exitIfFailed(int code) {
    if (code == 0) {
      return;
    }
    if (SparkSessions.isDatabricks()) {
      throw new FailedVerdict("The command ended with code %d.".formatted(code));
    }
    System.exit(code);
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

  /** A job with the options of every command, as the command line and the documentation have it. */
  public CommandLine commandLine(Job job) {
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
    Execution execution = new Execution(name, options);
    StopNotice notice = StopNotice.watch(execution::tellStopped);
    try {
      Settings settings = options.settings();
      execution.begin(settings);
      try (JobContext context = execution.context(settings)) {
        if (options.dryRun()) {
          return execution.tellPlan(JobPlan.of(job, context));
        }
        job.run(context);
      }
      return execution.end(0, null);
    } catch (FailedVerdict verdict) {
      execution.told.failure(verdict.getMessage());
      return execution.end(FAILED, verdict.getMessage());
    } catch (Exception | LinkageError | OutOfMemoryError failure) {
      return execution.report(failure);
    } finally {
      notice.close();
    }
  }

  /** One command from its arguments to its exit code. */
  private final class Execution {
    private final String command;
    private final CommonOptions options;
    private final Console told;
    private final ObjectNode document = new ObjectMapper().createObjectNode();
    private final long started = System.nanoTime();
    private Optional<Path> log = Optional.empty();
    private JobResults results = new JobResults();

    Execution(String command, CommonOptions options) {
      this.command = command;
      this.options = options;
      this.told = options.json() ? console.withoutResults() : console;
      document.put("command", command);
    }

    void begin(Settings settings) {
      CacheDirectory.use(settings);
      document.put("run", settings.get(RunSettings.NAME));
      if (options.dryRun()) {
        LocalLogging.silence(settings);
      } else {
        log = LocalLogging.start(command, settings);
      }
    }

    JobContext context(Settings settings) {
      JobContext context = new JobContext(command, settings, told);
      results = context.results();
      context.runId().log(command);
      document.put("runId", context.runId().toString());
      logger().info("{} {}", command, settings.json());
      return options.dryRun() ? context.readOnly() : context;
    }

    int tellPlan(JobPlan plan) {
      document.put("dryRun", true);
      document.set("plan", JobResults.tree(plan.stages()));
      told.print(plan.render());
      Optional<PlannedStage> blocked = plan.blocked();
      return blocked.isEmpty() ? end(0, null) : end(USER_MISTAKE, blocked.get().note());
    }

    /** In a thread of its own, while the process ends. */
    void tellStopped() {
      String text = command + " was stopped. Run it again to continue.";
      told.failure(text);
      if (options.json()) {
        document.put("stopped", true);
        document.put("error", text);
        console.print(JobResults.render(document));
      }
    }

    int report(Throwable failure) {
      if (StopNotice.isStopping()) {
        logger().info("{} stopped", command, failure);
        return FAILED; // the process ends with the code of the signal
      }
      Optional<UserException> mistake = FailureText.userMistake(failure);
      String text;
      if (mistake.isPresent()) {
        logger().info("{} stopped", command, failure);
        text = mistake.get().getMessage();
      } else {
        logger().error("{} failed", command, failure);
        String where = log.map(file -> "details in " + file).orElse("--stacktrace shows details");
        text = "%s failed: %s (%s)".formatted(command, FailureText.oneLine(failure), where);
      }
      told.failure(text);
      if (options.stacktrace()) {
        told.tell(FailureText.stackTrace(failure));
      }
      return end(mistake.isPresent() ? USER_MISTAKE : FAILED, text);
    }

    /** Prints the document if it is wanted; gives the code back. */
    int end(int code, String error) {
      if (options.json()) {
        document.put("exitCode", code);
        if (error != null) {
          document.put("error", error);
        }
        document.put("seconds", Math.round((System.nanoTime() - started) / 1e6) / 1e3);
        log.ifPresent(file -> document.put("log", file.toString()));
        if (!options.dryRun()) {
          document.set("results", results.json());
        }
        console.print(JobResults.render(document));
      }
      return code;
    }

    private Logger logger() {
      return LoggerFactory.getLogger(CommandRunner.class);
    }
  }

  private static String names(ParseResult parsed) {
    return String.join(", ", parsed.commandSpec().subcommands().keySet());
  }
}
