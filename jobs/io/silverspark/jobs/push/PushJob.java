package io.silverspark.jobs.push;

import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.hub.HubAccess;
import io.silverspark.model.hub.HubId;
import io.silverspark.model.hub.HubRepositories;
import io.silverspark.model.hub.PublishedCard;
import io.silverspark.model.hub.PushRequest;
import io.silverspark.model.hub.UploadFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Pushes a model directory to the Hugging Face Hub as one commit. The card gets what a reader looks
 * for: usage in Python and Java under the repository's name, the values of the run's last
 * evaluation. Pushing the same model again commits nothing.
 */
@Command(
    name = "push",
    description = "Pushes a model directory with its card to the Hugging Face Hub; needs HF_TOKEN.")
public final class PushJob implements Job {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the model, such as runs/local/models/gold-silver.")
  private Path model;

  @Option(
      names = "--repo",
      required = true,
      paramLabel = "ORG/NAME",
      description = "Repository on the Hub; created if it does not exist.")
  private String repository;

  @Option(
      names = "--private",
      description = "Only its owners see the repository. Refused if it exists and is public.")
  private boolean isPrivate;

  @Option(
      names = "--revision",
      paramLabel = "BRANCH",
      description = "Branch to commit to, created if it does not exist; default main.")
  private String revision;

  @Option(
      names = "--message",
      paramLabel = "TEXT",
      defaultValue = "Model trained by SilverSpark",
      description = "Message of the commit; default '${DEFAULT-VALUE}'.")
  private String message;

  private final HubAccess given;

  /** A push to the Hub that the environment names. */
  public PushJob() {
    this(null);
  }

  /** A push to a certain Hub. */
  PushJob(HubAccess access) {
    this.given = access;
  }

  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new PushJob(), args);
  }

  @Override
  public void run(JobContext context) {
    PublishedCard card = checkedCard(context);
    HubRepositories.PushResult result = new HubRepositories(access()).push(request(card));
    context.results().put("url", result.url());
    context.results().put("committed", result.committed());
    context.results().put("unchanged", result.unchanged());
    context.console().tell(told(result));
    context.console().print(result.url());
  }

  /** Prints the files and the card that would be sent; asks and sends nothing. */
  @Override
  public List<PlannedStage> plan(JobContext context) {
    PublishedCard card = checkedCard(context);
    PushRequest request = request(card);
    show(context, access(), request, card);
    String target = access().endpoint() + "/" + request.repository();
    return List.of(
        new PlannedStage(
            "push",
            PlannedStage.Status.RUNS,
            Map.of(),
            List.of(target),
            request.files().size() + " files"));
  }

  private HubAccess access() {
    return given == null ? HubAccess.of(System.getenv()) : given;
  }

  private PushRequest request(PublishedCard card) {
    return new PushRequest(
        checkedRepository(),
        Optional.ofNullable(revision),
        isPrivate,
        message,
        PushedFiles.of(model, card.markdown()));
  }

  private PublishedCard checkedCard(JobContext context) {
    PublishedCard card = card();
    card.missing()
        .forEach(
            what ->
                context.console().tell("push: the card does not mention " + what + advice(what)));
    return card;
  }

  private static String advice(String what) {
    return what.equals("metrics") ? ", run 'evaluate' before pushing" : "";
  }

  /** Reads the whole model, so that nothing is pushed that cannot be loaded. */
  private PublishedCard card() {
    boolean crossEncoder = ModelDirectory.read(model).isCrossEncoder();
    EvaluatedValues evaluated = EvaluatedValues.of(model);
    return PublishedCard.of(
        PushedFiles.card(model),
        checkedRepository(),
        crossEncoder,
        evaluated.metrics(),
        evaluated.data());
  }

  private String checkedRepository() {
    return HubId.parse(repository)
        .filter(id -> id.revision().isEmpty() && id.name().contains("/"))
        .map(HubId::name)
        .orElseThrow(
            () ->
                new UserException(
                    "--repo '%s' is not a repository, expected organisation/name"
                        .formatted(repository)));
  }

  private static void show(
      JobContext context, HubAccess access, PushRequest request, PublishedCard card) {
    long total = request.files().stream().mapToLong(UploadFile::size).sum();
    String token = access.token().isPresent() ? "" : "; there is no token, set HF_TOKEN";
    context
        .console()
        .tell(
            "push: would commit %d files to %s/%s, branch %s, %s%s"
                .formatted(
                    request.files().size(),
                    access.endpoint(),
                    request.repository(),
                    request.revision().orElse("main"),
                    request.isPrivate() ? "private" : "public",
                    token));
    for (UploadFile file : request.files()) {
      context.console().print(line(file.path(), file.size()));
    }
    context.console().print(line("total", total));
    List.of("", card.markdown()).forEach(context.console()::print);
  }

  private static String line(String name, long size) {
    return String.format(Locale.ROOT, "%,14d  %s", size, name);
  }

  private static String told(HubRepositories.PushResult result) {
    return result.committed() == 0
        ? "push: all %d files are there already".formatted(result.unchanged())
        : "push: committed %d files, %d were there already"
            .formatted(result.committed(), result.unchanged());
  }
}
