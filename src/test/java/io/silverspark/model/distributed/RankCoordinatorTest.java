package io.silverspark.model.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.error.UserException;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class RankCoordinatorTest {
  @TempDir private Path directory;
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private CheckpointStore checkpoints;
  private RankCoordinator coordinator;

  @BeforeEach
  void open() throws IOException {
    checkpoints = new CheckpointStore(directory.resolve("checkpoints"));
    coordinator =
        RankCoordinator.open(
            InetAddress.getLoopbackAddress(),
            2,
            new RankLimits(Duration.ofSeconds(20), Duration.ofMillis(1500), Duration.ofSeconds(20)),
            checkpoints,
            Files.createDirectories(directory.resolve("result")),
            new Recorder());
  }

  @AfterEach
  void close() {
    coordinator.close();
  }

  private final class Recorder implements RankCoordinator.Watcher {
    @Override
    public void onEvent(String kind, JsonNode event) {
      heard.add(kind + " " + event);
    }

    @Override
    public void onAttemptLost(String reason) {
      heard.add("lost: " + reason);
    }

    @Override
    public void onHung(RankIdentity rank) {
      heard.add("hung: " + rank.process());
    }

    @Override
    public void onFatal(RuntimeException failure) {
      heard.add("fatal: " + failure.getMessage());
    }
  }

  private RankIdentity identity(int attempt, int rank, String device) {
    return new RankIdentity(
        coordinator.run(), attempt, rank, "exec-" + rank, "host", List.of(device));
  }

  private CompletableFuture<RankSession> join(int attempt, int rank) {
    return join(identity(attempt, rank, "cpu"));
  }

  private CompletableFuture<RankSession> join(RankIdentity identity) {
    return CompletableFuture.supplyAsync(
        () -> RankSession.join(coordinator.address(), identity, GradientFormat.FP32),
        runnable -> start(runnable));
  }

  private static void start(Runnable runnable) {
    Thread thread = new Thread(runnable, "test-rank");
    thread.setDaemon(true);
    thread.start();
  }

  private List<RankSession> joinBoth(int attempt) {
    List<CompletableFuture<RankSession>> both =
        IntStream.range(0, 2).mapToObj(rank -> join(attempt, rank)).toList();
    return both.stream().map(CompletableFuture::join).toList();
  }

  private String next() throws InterruptedException {
    return heard.poll(15, TimeUnit.SECONDS);
  }

  @Test
  void join_allRanks_startsThemInARing() throws Exception {
    List<RankSession> ranks = joinBoth(0);
    CompletableFuture<List<byte[]>> other =
        CompletableFuture.supplyAsync(() -> ranks.get(1).collective().gather(new byte[] {7}));
    assertThat(ranks.get(0).collective().gather(new byte[] {5}))
        .containsExactly(new byte[] {5}, new byte[] {7});
    other.join();
    ranks.get(0).report("step", 12);
    assertThat(next()).isEqualTo("step 12");
    ranks.forEach(RankSession::done);
    ranks.forEach(RankSession::close);
    assertThat(heard.poll(600, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void join_anotherRun_isRefused() {
    RankIdentity stranger = new RankIdentity("guessed", 0, 0, "exec", "host", List.of("cpu"));
    assertThatThrownBy(() -> RankSession.join(coordinator.address(), stranger, GradientFormat.FP32))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is not of this run");
  }

  @Test
  void join_twoRanksOnOneGpu_isRefusedForGood() throws Exception {
    CompletableFuture<RankSession> first = join(identity(0, 0, "cuda:0"));
    CompletableFuture<RankSession> second = join(identity(0, 1, "cuda:0"));
    assertThatThrownBy(() -> CompletableFuture.allOf(first, second).join()).isNotNull();
    assertThat(next()).startsWith("fatal: ").contains("would share a GPU");
    assertThat(coordinator.fatal()).get().isInstanceOf(UserException.class);
  }

  @Test
  void join_twoRanksInOneExecutor_isRefusedForGood() throws Exception {
    CompletableFuture<RankSession> first = join(0, 0);
    RankIdentity second =
        new RankIdentity(coordinator.run(), 0, 1, "exec-0", "host", List.of("cpu"));
    assertThatThrownBy(() -> CompletableFuture.allOf(first, join(second)).join()).isNotNull();
    assertThat(next()).startsWith("fatal: ").contains("are in one executor");
  }

  @Test
  void join_laterAttempt_endsTheEarlierAndItsRanksAreRefused() throws Exception {
    List<RankSession> stale = joinBoth(0);
    List<RankSession> current = joinBoth(1);
    assertThatThrownBy(() -> stale.get(0).collective().gather(new byte[1]))
        .isInstanceOf(RankLostException.class);
    assertThatThrownBy(() -> join(0, 0).join())
        .hasMessageContaining("attempt 0, which is over: attempt 1 is running");
    assertThatThrownBy(() -> stale.get(0).commit(checkpointFiles("late"), "checkpoint-00000009"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("may not commit checkpoint-00000009");
    assertThat(checkpoints.newest()).isEmpty();
    current.forEach(RankSession::close);
  }

  @Test
  void commit_byRankZero_isWhatTheNextAttemptStartsFrom() throws Exception {
    List<RankSession> first = joinBoth(0);
    first.get(0).commit(checkpointFiles("content"), "checkpoint-00000004");
    first.get(1).close();
    assertThat(next()).startsWith("lost: rank 1").endsWith("is gone");
    assertThatThrownBy(() -> first.get(0).collective().gather(new byte[1]))
        .isInstanceOf(RankLostException.class);

    List<RankSession> second = joinBoth(1);
    Path fetched = directory.resolve("fetched");
    second.get(1).fetchCheckpoint(fetched);
    assertThat(fetched.resolve("checkpoint-00000004/tensors.safetensors")).hasContent("content");
    assertThatThrownBy(() -> second.get(1).commit(checkpointFiles("x"), "checkpoint-00000006"))
        .isInstanceOf(IOException.class);
    second.forEach(RankSession::close);
  }

  /** The run goes on: no rank made a mistake. */
  @Test
  void fetchCheckpoint_attemptIsOver_endsTheAttemptOnly() throws Exception {
    List<RankSession> first = joinBoth(0);
    first.get(0).commit(checkpointFiles("content"), "checkpoint-00000004");
    List<RankSession> second = joinBoth(1);
    second.get(1).close();
    assertThat(next()).startsWith("lost: rank 1").endsWith("is gone");

    RankLostException over = null;
    try {
      second.get(0).fetchCheckpoint(directory.resolve("fetched"));
    } catch (RankLostException e) {
      over = e;
    }
    assertThat(over)
        .hasMessageContaining("may not fetch checkpoint-00000004: that attempt is over");
    assertThat(second.get(0).failed(over)).isInstanceOf(RankLostException.class);

    List<RankSession> third = joinBoth(2);
    third.get(0).fetchCheckpoint(directory.resolve("again"));
    assertThat(directory.resolve("again/checkpoint-00000004/state.json")).exists();
    assertThat(coordinator.fatal()).isEmpty();
    third.forEach(RankSession::close);
  }

  @Test
  void commit_thatHangsHalfWay_holdsNobodyUpAndLeavesNothing() throws Exception {
    List<RankSession> stale = joinBoth(0);
    try (Socket socket =
            new Socket(coordinator.address().getAddress(), coordinator.address().getPort());
        Wire hanging = new Wire(socket)) {
      hanging.send(
          Wire.with(Wire.message("commit"), "identity", identity(0, 0, "cpu"))
              .put("name", "checkpoint-00000002"));
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeInt(1);
      out.writeUTF("tensors.safetensors");
      out.writeLong(1000);
      out.write(new byte[10]);
      out.flush();

      List<RankSession> current = joinBoth(1);
      current.get(0).commit(checkpointFiles("content"), "checkpoint-00000004");
      assertThat(checkpoints.newest()).get().asString().endsWith("checkpoint-00000004");
      assertThatThrownBy(hanging::receive).isInstanceOf(EOFException.class);
      assertThat(directory.resolve("checkpoints").toFile().list())
          .containsExactly("checkpoint-00000004");
      current.forEach(RankSession::close);
    }
    stale.forEach(RankSession::close);
  }

  @Test
  void commit_resultOfAnAttemptThatIsOver_leavesTheOneThatIsThere() throws Exception {
    List<RankSession> stale = joinBoth(0);
    List<RankSession> current = joinBoth(1);
    current.get(0).commit(result("first"), RankCoordinator.RESULT);
    current.get(0).commit(result("second"), RankCoordinator.RESULT);
    assertThatThrownBy(() -> stale.get(0).commit(result("stale"), RankCoordinator.RESULT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("may not commit result: that attempt is over");

    Path result = directory.resolve("result");
    assertThat(result.resolve("weights.safetensors")).hasContent("second");
    assertThat(result.toFile().list()).containsExactly("weights.safetensors");
    current.forEach(RankSession::close);
    stale.forEach(RankSession::close);
  }

  private Path result(String content) throws IOException {
    Path files = Files.createTempDirectory(directory, "files");
    Files.writeString(files.resolve("weights.safetensors"), content);
    return files;
  }

  @Test
  void report_byARankWhoseAttemptIsOver_isNotHeard() throws Exception {
    List<RankSession> stale = joinBoth(0);
    stale.get(0).report("step", 7);
    assertThat(next()).isEqualTo("step 7");
    List<RankSession> current = joinBoth(1);
    stale.get(0).report("step", 8);
    current.get(0).report("step", 1);

    assertThat(next()).isEqualTo("step 1");
    assertThat(heard.poll(600, TimeUnit.MILLISECONDS)).isNull();
    current.forEach(RankSession::close);
    stale.forEach(RankSession::close);
  }

  /** Three files of which the checksums are right. */
  private Path checkpointFiles(String content) throws IOException {
    Path files = Files.createTempDirectory(directory, "files");
    Files.writeString(files.resolve("tensors.safetensors"), content);
    Files.writeString(files.resolve("state.json"), "{}");
    Files.writeString(
        files.resolve("checksums.json"),
        "{\"tensors.safetensors\": \"%s\", \"state.json\": \"%s\"}"
            .formatted(checksum(content), checksum("{}")));
    return files;
  }

  private static String checksum(String content) {
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    byte[] bytes = content.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    crc.update(bytes);
    return "%d bytes, crc32c %08x".formatted(bytes.length, crc.getValue());
  }

  @Test
  void watch_aRankWithoutSignOfLife_isNoticedAndEndsTheOthers() throws Exception {
    CompletableFuture<RankSession> alive = join(0, 0);
    try (Socket socket =
            new Socket(coordinator.address().getAddress(), coordinator.address().getPort());
        Wire silent = new Wire(socket)) {
      silent.send(
          Wire.with(Wire.message("join"), "identity", identity(0, 1, "cpu"))
              .put("address", "127.0.0.1")
              .put("port", coordinator.address().getPort()));
      assertThat(Wire.type(silent.receive())).isEqualTo("start");
      assertThat(next()).startsWith("lost: rank 1").contains("no heartbeat for 1 s");
      assertThat(next()).isEqualTo("hung: 1");
      alive.exceptionally(failure -> null).join();
    }
  }

  @Test
  void failed_byTheUsersMistake_endsTheRun() throws Exception {
    List<RankSession> ranks = joinBoth(0);
    RuntimeException mistake = new UserException("training stopped at step 3: the loss is NaN");
    assertThat(ranks.get(0).failed(mistake)).isSameAs(mistake);
    assertThat(next()).isEqualTo("fatal: " + mistake.getMessage());
    assertThat(coordinator.fatal()).get().isInstanceOf(UserException.class);
  }

  @Test
  void failed_byAnythingElse_endsTheAttemptAndTellsTheOthersWhy() throws Exception {
    List<RankSession> ranks = joinBoth(0);
    ranks.get(0).failed(new IllegalStateException("disk full"));
    assertThat(next()).startsWith("lost: rank 0").endsWith("failed: disk full");
    RankLostException lost = null;
    try {
      ranks.get(1).collective().gather(new byte[1]);
    } catch (RankLostException e) {
      lost = e;
    }
    assertThat(ranks.get(1).failed(lost)).hasMessageContaining("was stopped: rank 0");
    assertThat(coordinator.fatal()).isEmpty();
  }
}
