package io.silverspark.model.distributed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The connection of a process, and of all its ranks, with the driver: joins the run, gives signs of
 * life, and ends the exchange with the others when the driver says so or is gone.
 */
public final class RankSession implements AutoCloseable {
  private static final Duration RING = Duration.ofSeconds(30);

  private final RankIdentity identity;
  private final InetSocketAddress driver;
  private final Wire wire;
  private final RingListener listener;
  private final Optional<String> checkpoint;
  private final Thread beats;
  private volatile Collective ring;
  private volatile String stopped;
  private volatile boolean closed;

  private RankSession(
      RankIdentity identity,
      InetSocketAddress driver,
      Wire wire,
      RingListener listener,
      ObjectNode start) {
    this.identity = identity;
    this.driver = driver;
    this.wire = wire;
    this.listener = listener;
    this.checkpoint = Optional.ofNullable(start.path("checkpoint").textValue());
    long beatMillis = start.required("beatMillis").asLong();
    this.beats = thread("rank-beats", () -> beat(beatMillis));
    thread("rank-orders", this::obey);
  }

  /**
   * Joins a run and returns when all processes have.
   *
   * @param driver address of the {@link RankCoordinator}
   * @param identity of this process
   * @param format of gradients between the processes, the same for all
   * @return the session; the caller closes it
   * @throws UserException if the driver refuses this process
   * @throws RankLostException if the attempt ends before all processes are there
   */
  public static RankSession join(
      InetSocketAddress driver, RankIdentity identity, GradientFormat format) {
    Wire wire = null;
    try {
      wire = Wire.connect(driver);
      try (RingListener listener = RingListener.open(wire.localAddress())) {
        ObjectNode join = Wire.with(Wire.message("join"), "identity", identity);
        join.put("address", wire.localAddress().getHostAddress()).put("port", listener.port());
        wire.send(join);
        ObjectNode start = wire.receive();
        requireStart(start);
        RankSession session = new RankSession(identity, driver, wire, listener, start);
        session.connect(start, format);
        return session;
      }
    } catch (IOException e) {
      closeQuietly(wire);
      throw new RankLostException(
          "%s lost the driver at %s before the start: %s"
              .formatted(identity.title(), driver, e.getMessage()),
          e);
    } catch (RuntimeException e) {
      closeQuietly(wire);
      throw e;
    }
  }

  private static void closeQuietly(Wire wire) {
    if (wire != null) {
      wire.close();
    }
  }

  private static void requireStart(ObjectNode answer) {
    String reason = answer.path("reason").asText();
    switch (Wire.type(answer)) {
      case "start", "ok" -> {}
      case "refused" -> throw new UserException(reason);
      default -> throw new RankLostException(reason);
    }
  }

  private void connect(ObjectNode start, GradientFormat format) {
    List<InetSocketAddress> processes = new ArrayList<>();
    for (var each : start.withArray("processes")) {
      processes.add(
          new InetSocketAddress(each.required("address").asText(), each.required("port").asInt()));
    }
    ring =
        processes.size() == 1
            ? Collective.ofOne()
            : listener.connect(
                processes, identity.process(), format, start.required("secret").asText(), RING);
    if (stopped != null) {
      ring.close();
    }
  }

  private static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void beat(long millis) {
    try {
      while (!closed) {
        wire.send(Wire.message("beat"));
        Thread.sleep(millis);
      }
    } catch (IOException e) {
      stop("the driver is gone: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void obey() {
    try {
      ObjectNode order = wire.receive();
      stop(order.path("reason").asText());
    } catch (IOException e) {
      stop("the driver is gone: " + e.getMessage());
    }
  }

  private void stop(String reason) {
    if (!closed && stopped == null) {
      stopped = reason;
      listener.close();
      closeRing();
    }
  }

  private void closeRing() {
    if (ring != null) {
      ring.close();
    }
  }

  /** Connects this process with the others; closed with the session. */
  public Collective collective() {
    return ring;
  }

  /**
   * Tells the driver of a training event.
   *
   * @param kind such as {@code step}
   * @param event a record that Jackson writes
   */
  public void report(String kind, Object event) {
    try {
      wire.send(Wire.with(Wire.message("event").put("kind", kind), "event", event));
    } catch (IOException e) {
      stop("the driver is gone: " + e.getMessage());
    }
  }

  /**
   * Copies the run's newest checkpoint, the same for all ranks of an attempt.
   *
   * @param store directory of a checkpoint store on this host
   * @throws RankLostException if the attempt is over by now
   */
  public void fetchCheckpoint(Path store) {
    if (checkpoint.isEmpty()) {
      return;
    }
    try (Wire transfer = Wire.connect(driver)) {
      transfer.send(request("fetch", checkpoint.get()));
      Path target = Files.createDirectories(store.resolve(checkpoint.get()));
      requireStart(transfer.receive());
      transfer.receiveFiles(target);
    } catch (IOException e) {
      throw new UncheckedIOException("the checkpoint does not come from the driver", e);
    }
  }

  /**
   * Sends a directory to the driver, which takes it if this attempt is still the newest.
   *
   * @param files flat directory
   * @param name of a checkpoint, or {@link RankCoordinator#RESULT}
   * @throws IOException if the driver refuses it
   */
  public void commit(Path files, String name) throws IOException {
    try (Wire transfer = Wire.connect(driver)) {
      transfer.send(request("commit", name));
      transfer.sendFiles(files);
      ObjectNode answer = transfer.receive();
      if (!Wire.type(answer).equals("ok")) {
        throw new IOException(answer.path("reason").asText());
      }
    }
  }

  private ObjectNode request(String type, String name) {
    return Wire.with(Wire.message(type).put("name", name), "identity", identity);
  }

  /** Tells the driver that the ranks of this process have done their work. */
  public void done() {
    closed = true;
    try {
      wire.send(Wire.message("done"));
    } catch (IOException e) {
      throw new UncheckedIOException("the driver is gone", e);
    }
  }

  /**
   * Tells the driver that this process cannot go on, and gives the failure to throw: the driver's
   * reason where that is why the exchange with the others ended.
   *
   * @param failure what was thrown
   */
  public RuntimeException failed(Throwable failure) {
    String reason = stopped;
    closed = true;
    RankFailure kind = RankFailure.of(failure);
    try {
      wire.send(
          Wire.message("failed")
              .put("kind", kind.name())
              .put("message", String.valueOf(failure.getMessage())));
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    if (kind == RankFailure.LOST && reason != null) {
      return new RankLostException(identity.title() + " was stopped: " + reason, failure);
    }
    return failure instanceof RuntimeException same ? same : new IllegalStateException(failure);
  }

  @Override
  public void close() {
    closed = true;
    beats.interrupt();
    closeRing();
    wire.close();
  }
}
