package io.silverspark.udfs.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache's rules, with a model that only remembers whether it was closed. */
class EncoderCacheTest {
  private static final class Probe implements AutoCloseable {
    private boolean closed;

    @Override
    public void close() {
      closed = true;
    }
  }

  private final EncoderCache cache = new EncoderCache();

  private Lease<Probe> lease(String model) {
    return cache.lease(
        EncoderCache.Key.of("probe", ShippedModel.here(EncodeSpec.of(model))),
        Probe.class,
        Probe::new);
  }

  @Test
  void lease_sameModelFromManyThreads_loadsOnce() throws Exception {
    AtomicInteger loads = new AtomicInteger();
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<Probe>> probes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      probes.add(
          threads.submit(
              () -> {
                start.await();
                return cache
                    .lease(
                        EncoderCache.Key.of("probe", ShippedModel.here(EncodeSpec.of("m"))),
                        Probe.class,
                        () -> {
                          loads.incrementAndGet();
                          return new Probe();
                        })
                    .model();
              }));
    }
    start.countDown();
    for (Future<Probe> probe : probes) {
      assertThat(probe.get(10, TimeUnit.SECONDS)).isSameAs(probes.get(0).get());
    }
    threads.shutdown();
    assertThat(loads).hasValue(1);
    assertThat(cache.loads()).isEqualTo(1);
  }

  @Test
  void lease_retrainedDirectory_isLoadedAgainAndTheOldModelClosedAfterUse(@TempDir Path model)
      throws IOException {
    Path weights = Files.writeString(model.resolve("weights"), "one");
    Lease<Probe> old = lease(model.toString());
    Probe oldModel = old.model();
    Files.writeString(weights, "two!");

    Lease<Probe> fresh = lease(model.toString());
    assertThat(fresh.model()).isNotSameAs(oldModel);
    assertThat(oldModel.closed).isFalse();
    old.close();
    assertThat(oldModel.closed).isTrue();
    assertThat(fresh.model().closed).isFalse();
  }

  @Test
  void lease_sameContentWithNewTimes_keepsTheModel(@TempDir Path model) throws IOException {
    Path weights = Files.writeString(model.resolve("weights"), "one");
    Lease<Probe> first = lease(model.toString());
    Files.setLastModifiedTime(weights, java.nio.file.attribute.FileTime.fromMillis(1000));
    assertThat(lease(model.toString()).model()).isSameAs(first.model());
  }

  @Test
  void lease_otherOptions_isAnotherModel() {
    Probe one = lease("m").model();
    Probe other =
        cache
            .lease(
                EncoderCache.Key.of("probe", ShippedModel.here(EncodeSpec.of("m").withLayers(2))),
                Probe.class,
                Probe::new)
            .model();
    assertThat(other).isNotSameAs(one);
  }

  @Test
  void release_manyIdleModels_closesTheLongestUnused() {
    Probe first = null;
    Probe last = null;
    for (int i = 0; i < 6; i++) {
      try (Lease<Probe> lease = lease("m" + i)) {
        last = lease.model();
        first = first == null ? last : first;
      }
    }
    assertThat(first.closed).isTrue();
    assertThat(last.closed).isFalse();
  }

  @Test
  void lease_failedLoad_isTriedAgain() {
    EncoderCache.Key key = EncoderCache.Key.of("probe", ShippedModel.here(EncodeSpec.of("m")));
    assertThatThrownBy(
            () ->
                cache.lease(
                    key,
                    Probe.class,
                    () -> {
                      throw new UserException("no such model");
                    }))
        .isInstanceOf(UserException.class);
    assertThat(lease("m").model().closed).isFalse();
  }

  @Test
  void model_afterClose_isRefused() {
    Lease<Probe> lease = lease("m");
    lease.close();
    lease.close();
    assertThatThrownBy(lease::model).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void closeIdle_leavesModelsInUse() {
    Lease<Probe> used = lease("used");
    Lease<Probe> idle = lease("idle");
    Probe idleModel = idle.model();
    idle.close();
    cache.closeIdle();
    assertThat(idleModel.closed).isTrue();
    assertThat(used.model().closed).isFalse();
  }

  @Test
  void device_assignedOrNamed_neverSilentlyCpu() {
    assertThat(TaskDevice.resolve("cuda", Optional.of("3"))).isEqualTo("cuda:3");
    assertThat(TaskDevice.resolve("cuda:1", Optional.of("3"))).isEqualTo("cuda:1");
    assertThat(TaskDevice.resolve("cpu", Optional.of("3"))).isEqualTo("cpu");
    assertThatThrownBy(() -> TaskDevice.resolve("cuda", Optional.empty()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("spark.task.resource.gpu.amount");
  }

  @Test
  void devices_ofSeveralReplicas_areTheGpusOfTheTaskOrRefused() {
    List<String> assigned = List.of("3", "5");
    assertThat(TaskDevice.resolve("cuda", 2, assigned)).containsExactly("cuda:3", "cuda:5");
    assertThat(TaskDevice.resolve("cpu", 2, assigned)).containsExactly("cpu", "cpu");
    assertThatThrownBy(() -> TaskDevice.resolve("cuda", 3, assigned))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("needs 3 GPUs assigned by Spark and this task has 2");
  }
}
