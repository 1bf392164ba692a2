package io.silverspark.model.distributed;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** The processes of one attempt of the stage, with their ranks. Thread-safe. */
final class RankAttempt {
  private final int number;
  private final int processes;
  private final RankLimits limits;
  private final Optional<String> checkpoint;
  private final Map<Integer, Member> members = new TreeMap<>();
  private final long opened = System.nanoTime();
  private long lastProgress = opened;
  private String over;
  private String conflict;

  /** A process that has joined. */
  static final class Member {
    private final RankIdentity identity;
    private final Wire wire;
    private final String address;
    private final int port;
    private RankAttempt attempt;
    private long lastHeard = System.nanoTime();
    private boolean done;

    Member(RankIdentity identity, Wire wire, String address, int port) {
      this.identity = identity;
      this.wire = wire;
      this.address = address;
      this.port = port;
    }

    RankIdentity identity() {
      return identity;
    }

    Wire wire() {
      return wire;
    }

    RankAttempt attempt() {
      return attempt;
    }
  }

  /**
   * An attempt without members.
   *
   * @param checkpoint from which it starts, by name
   */
  RankAttempt(int number, int processes, RankLimits limits, Optional<String> checkpoint) {
    this.number = number;
    this.processes = processes;
    this.limits = limits;
    this.checkpoint = checkpoint;
  }

  int number() {
    return number;
  }

  Optional<String> checkpoint() {
    return checkpoint;
  }

  synchronized boolean isOver() {
    return over != null;
  }

  /** Two processes that were placed so that no attempt can work; for the user. */
  synchronized Optional<String> conflict() {
    return Optional.ofNullable(conflict);
  }

  /** Takes a process in, and starts all with the last; says why one is refused. */
  synchronized Optional<String> add(Member member) {
    RankIdentity identity = member.identity;
    if (over != null) {
      return Optional.of("attempt %d is over: %s".formatted(number, over));
    }
    int process = identity.process();
    if (process < 0 || process >= processes || members.containsKey(process)) {
      return Optional.of("%s is not expected in attempt %d".formatted(identity.title(), number));
    }
    for (Member other : members.values()) {
      conflict = conflict(identity, other.identity);
      if (conflict != null) {
        return Optional.of(conflict);
      }
    }
    member.attempt = this;
    members.put(process, member);
    if (members.size() == processes) {
      start();
    }
    return Optional.empty();
  }

  private static String conflict(RankIdentity one, RankIdentity other) {
    if (one.sharesGpuWith(other)) {
      return "%s and %s would share a GPU: every rank needs its own; set spark.task.resource.gpu.amount = 1 and no more ranks than GPUs"
          .formatted(other.title(), one.title());
    }
    if (one.executor().equals(other.executor())) {
      return "%s and %s are in one executor: every one needs an executor of its own; set spark.executor.cores and spark.task.cpus to the same number"
          .formatted(other.title(), one.title());
    }
    return null;
  }

  private void start() {
    ObjectNode start = Wire.message("start").put("secret", UUID.randomUUID().toString());
    start.put("beatMillis", Math.max(1, limits.beat().toMillis()));
    checkpoint.ifPresent(name -> start.put("checkpoint", name));
    ArrayNode addresses = start.putArray("processes");
    members
        .values()
        .forEach(each -> addresses.addObject().put("address", each.address).put("port", each.port));
    members.values().forEach(each -> send(each, start));
    lastProgress = System.nanoTime();
  }

  /** A process that cannot be reached is noticed by whoever reads from it. */
  private static void send(Member member, ObjectNode message) {
    try {
      member.lastHeard = System.nanoTime();
      member.wire.send(message);
    } catch (IOException e) {
      member.wire.close();
    }
  }

  synchronized void heard(Member member) {
    member.lastHeard = System.nanoTime();
  }

  synchronized void progressed() {
    lastProgress = System.nanoTime();
  }

  synchronized void done(Member member) {
    member.done = true;
  }

  /** Ends the attempt for all that still work; tells whether it was not over before. */
  synchronized boolean stop(String reason) {
    boolean finished =
        members.size() == processes && members.values().stream().allMatch(each -> each.done);
    if (over != null || finished) {
      return false;
    }
    over = reason;
    members.values().stream()
        .filter(each -> !each.done)
        .forEach(each -> send(each, Wire.message("stop").put("reason", reason)));
    return true;
  }

  private boolean isStarted() {
    return members.size() == processes;
  }

  /** A process that has not been heard of for too long. */
  synchronized Optional<Member> silent() {
    return over != null || !isStarted()
        ? Optional.empty()
        : members.values().stream()
            .filter(each -> !each.done && isOlder(each.lastHeard, limits.heartbeat()))
            .findFirst();
  }

  /** Why the attempt takes too long, if it does. */
  synchronized Optional<String> overdue() {
    if (over != null) {
      return Optional.empty();
    }
    if (!isStarted()) {
      return isOlder(opened, limits.join())
          ? Optional.of(
              "only %d of %d executors have joined after %d s"
                  .formatted(members.size(), processes, limits.join().toSeconds()))
          : Optional.empty();
    }
    boolean working = members.values().stream().anyMatch(each -> !each.done);
    return working && isOlder(lastProgress, limits.step())
        ? Optional.of(
            "no rank has finished a step in %d s (train.stepSeconds)"
                .formatted(limits.step().toSeconds()))
        : Optional.empty();
  }

  private static boolean isOlder(long nanos, Duration limit) {
    return System.nanoTime() - nanos > limit.toNanos();
  }
}
