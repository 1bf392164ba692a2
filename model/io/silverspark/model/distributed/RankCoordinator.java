package io.silverspark.model.distributed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.checkpoint.CheckpointStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's side of a run with several ranks. It lets the processes that have them join, starts
 * an attempt when all are there, watches over them, takes their checkpoints and their result, and
 * ends an attempt for all as soon as one is lost. A later attempt of the stage starts from the
 * newest checkpoint that was committed.
 *
 * <p>Refused are ranks of another run or of an attempt that is over, ranks that are there already,
 * two joined processes in one executor, and two on one GPU.
 */
public final class RankCoordinator implements AutoCloseable {
  /** Name under which rank 0 commits what the run was for. */
  public static final String RESULT = "result";

  private static final Logger LOG = LoggerFactory.getLogger(RankCoordinator.class);
  private static final long WATCH_MILLIS = 200;

  private final ServerSocket server;
  private final String run = UUID.randomUUID().toString();
  private final RankLimits limits;
  private final CheckpointStore checkpoints;
  private final Path result;
  private final Watcher watcher;
  private final int processes;
  private RankAttempt current;
  private RuntimeException fatal;
  private volatile boolean closed;

  /** Hears what happens; called on the coordinator's threads. */
  public interface Watcher {
    /**
     * Rank 0 reports a training event.
     *
     * @param kind as given to {@link RankSession#report}
     * @param event the record as JSON
     */
    void onEvent(String kind, JsonNode event);

    /**
     * An attempt is over before its work was done.
     *
     * @param reason which rank, and what happened
     */
    void onAttemptLost(String reason);

    /**
     * A rank's process answers no more and should be ended.
     *
     * @param rank what it said of itself
     */
    void onHung(RankIdentity rank);

    /**
     * The run cannot go on, whatever is tried.
     *
     * @param failure for the user
     */
    void onFatal(RuntimeException failure);
  }

  private RankCoordinator(
      ServerSocket server,
      int processes,
      RankLimits limits,
      CheckpointStore checkpoints,
      Path result,
      Watcher watcher) {
    this.server = server;
    this.processes = processes;
    this.limits = limits;
    this.checkpoints = checkpoints;
    this.result = result;
    this.watcher = watcher;
    thread("rank-coordinator", this::accept);
    thread("rank-watch", this::watch);
  }

  /**
   * Opens a port for the ranks of a new run.
   *
   * @param address of the driver, as its executors reach it
   * @param processes of each attempt, with one rank or several each
   * @param limits how long to wait
   * @param checkpoints of the run
   * @param result existing directory for the files of the result
   * @param watcher hears what happens
   * @return the coordinator; the caller closes it
   */
  public static RankCoordinator open(
      InetAddress address,
      int processes,
      RankLimits limits,
      CheckpointStore checkpoints,
      Path result,
      Watcher watcher) {
    try {
      ServerSocket server = new ServerSocket();
      server.bind(new InetSocketAddress(address, 0), 2 * processes);
      return new RankCoordinator(server, processes, limits, checkpoints, result, watcher);
    } catch (IOException e) {
      throw new UncheckedIOException("the driver cannot open a port on " + address, e);
    }
  }

  private static void thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Where ranks join. */
  public InetSocketAddress address() {
    return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
  }

  /** The secret that ranks show. */
  public String run() {
    return run;
  }

  /** Why the run cannot go on; empty while it can. */
  public synchronized Optional<RuntimeException> fatal() {
    return Optional.ofNullable(fatal);
  }

  private void accept() {
    while (!closed) {
      try {
        Socket socket = server.accept();
        thread("rank-connection", () -> serve(socket));
      } catch (IOException e) {
        if (!closed) {
          LOG.warn("a rank could not connect", e);
        }
      }
    }
  }

  private void serve(Socket socket) {
    try (Wire wire = new Wire(socket)) {
      wire.giveUpAfter(limits.heartbeat());
      ObjectNode request = wire.receive();
      RankIdentity identity = Wire.value(request, "identity", RankIdentity.class);
      if (!identity.run().equals(run)) {
        wire.send(refused("%s is not of this run".formatted(identity.title())));
        return;
      }
      switch (Wire.type(request)) {
        case "join" -> join(wire, request, identity);
        case "fetch" -> fetch(wire, request, identity);
        case "commit" -> commit(wire, request, identity);
        default -> wire.send(refused("unknown request"));
      }
    } catch (IOException | RuntimeException e) {
      LOG.info("a rank's connection ended: {}", e.toString());
    }
  }

  static ObjectNode refused(String reason) {
    return Wire.message("refused").put("reason", reason);
  }

  private void join(Wire wire, ObjectNode request, RankIdentity identity) throws IOException {
    RankAttempt.Member member =
        new RankAttempt.Member(
            identity, wire, request.required("address").asText(), request.required("port").asInt());
    Optional<String> refusal = admit(member);
    if (refusal.isPresent()) {
      LOG.warn("refused: {}", refusal.get());
      wire.send(refused(refusal.get()));
      return;
    }
    LOG.info("joined: {} attempt={}", identity.title(), identity.attempt());
    wire.giveUpAfter(
        Duration.ZERO); // it is silent until the start, then its heartbeats are watched
    listen(member);
  }

  /** Takes a rank in, or says why not; starts the attempt with the last one. */
  private synchronized Optional<String> admit(RankAttempt.Member member) {
    RankIdentity identity = member.identity();
    if (current != null && identity.attempt() < current.number()) {
      return Optional.of(
          "%s is of attempt %d, which is over: attempt %d is running"
              .formatted(identity.title(), identity.attempt(), current.number()));
    }
    if (current == null || identity.attempt() > current.number()) {
      if (current != null) {
        current.stop("attempt %d has begun".formatted(identity.attempt()));
      }
      Optional<String> checkpoint =
          checkpoints.newest().map(directory -> directory.getFileName().toString());
      current = new RankAttempt(identity.attempt(), processes, limits, checkpoint);
    }
    Optional<String> refusal = current.add(member);
    if (current.conflict().isPresent()) {
      end(RankFailure.USER, current.conflict().get());
    }
    return refusal;
  }

  /** Hears a rank until it is done or gone. */
  private void listen(RankAttempt.Member member) {
    RankAttempt attempt = member.attempt();
    try {
      while (true) {
        ObjectNode message = member.wire().receive();
        attempt.heard(member);
        switch (Wire.type(message)) {
          case "event" -> heard(attempt, message);
          case "failed" -> {
            failed(attempt, member, message);
            return;
          }
          case "done" -> {
            attempt.done(member);
            return;
          }
          default -> {}
        }
      }
    } catch (IOException e) {
      lost(attempt, member.identity().title() + " is gone");
    }
  }

  /** A later attempt tells the same steps again, so nothing may come after its first event. */
  private synchronized void heard(RankAttempt attempt, ObjectNode message) {
    if (attempt == current && !attempt.isOver()) {
      attempt.progressed();
      watcher.onEvent(message.required("kind").asText(), message.required("event"));
    }
  }

  private synchronized void failed(
      RankAttempt attempt, RankAttempt.Member member, ObjectNode message) {
    RankFailure kind = RankFailure.valueOf(message.required("kind").asText());
    String text = message.required("message").asText();
    if (attempt == current && kind.isFinal()) {
      end(kind, text);
    } else if (kind != RankFailure.LOST) {
      lost(attempt, "%s failed: %s".formatted(member.identity().title(), text));
    }
  }

  private synchronized void end(RankFailure kind, String message) {
    if (fatal == null) {
      fatal = kind.toException(message);
      current.stop(message);
      watcher.onFatal(fatal);
    }
  }

  private void lost(RankAttempt attempt, String reason) {
    if (attempt.stop(reason) && !closed) {
      LOG.warn("attempt={} ends: {}", attempt.number(), reason);
      watcher.onAttemptLost(reason);
    }
  }

  private void watch() {
    while (!closed) {
      try {
        Thread.sleep(WATCH_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      RankAttempt attempt;
      synchronized (this) {
        attempt = current;
      }
      if (attempt != null) {
        attempt.silent().ifPresent(member -> hung(attempt, member));
        attempt.overdue().ifPresent(reason -> lost(attempt, reason));
      }
    }
  }

  private void hung(RankAttempt attempt, RankAttempt.Member member) {
    lost(
        attempt,
        "%s sent no heartbeat for %d s (train.heartbeatSeconds)"
            .formatted(member.identity().title(), limits.heartbeat().toSeconds()));
    watcher.onHung(member.identity());
  }

  private void fetch(Wire wire, ObjectNode request, RankIdentity identity) throws IOException {
    String name = request.required("name").asText();
    boolean isCurrent;
    Optional<String> checkpoint;
    synchronized (this) {
      isCurrent = isCurrent(identity);
      checkpoint = isCurrent ? current.checkpoint() : Optional.empty();
    }
    if (!isCurrent) { // no mistake of the user, so no refusal: the next attempt may go well
      wire.send(Wire.message("stop").put("reason", over(identity, "fetch " + name)));
      return;
    }
    Optional<Path> newest = checkpoints.newest();
    if (!checkpoint.equals(Optional.of(name)) || newest.isEmpty()) {
      wire.send(refused(identity.title() + " asks for a checkpoint that is not its attempt's"));
      return;
    }
    wire.send(Wire.message("ok"));
    wire.sendFiles(newest.get().resolveSibling(name));
  }

  private boolean isCurrent(RankIdentity identity) {
    return current != null && current.number() == identity.attempt() && !current.isOver();
  }

  private static String over(RankIdentity identity, String what) {
    return "%s of attempt %d may not %s: that attempt is over"
        .formatted(identity.title(), identity.attempt(), what);
  }

  /**
   * The files are received first, each time into a directory of their own, so that a rank which is
   * lost half-way leaves nothing, holds nobody up and does not write into what another committed.
   */
  private void commit(Wire wire, ObjectNode request, RankIdentity identity) throws IOException {
    String name = request.required("name").asText();
    Path received =
        name.equals(RESULT)
            ? Files.createTempDirectory("silverspark-result")
            : checkpoints.newDirectory();
    try {
      wire.receiveFiles(received);
      wire.send(
          take(received, name, identity)
              ? Wire.message("ok")
              : refused(over(identity, "commit " + name)));
    } finally {
      delete(received);
    }
  }

  /** Gives what was received its place, unless its attempt is over by now. */
  private synchronized boolean take(Path received, String name, RankIdentity identity)
      throws IOException {
    if (!isCurrent(identity) || identity.process() != 0) {
      return false;
    }
    current.progressed();
    if (name.equals(RESULT)) {
      for (Path file : files(received)) {
        Files.move(file, result.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    } else {
      checkpoints.adopt(received, name);
    }
    return true;
  }

  /** Of what was received: nothing is left where it has got its place. */
  private static void delete(Path received) throws IOException {
    if (Files.exists(received)) {
      for (Path file : files(received)) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(received);
    }
  }

  private static List<Path> files(Path flat) throws IOException {
    try (Stream<Path> files = Files.list(flat)) {
      return files.toList();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (current != null) {
      current.stop("the run has ended");
    }
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
