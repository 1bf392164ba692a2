package io.silverspark.jobs.procedures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.SparkFixture;
import io.silverspark.model.error.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Calls of {@code mine}: without input they end at once, refused; with a slow one they wait. */
@ExtendWith(SparkFixture.class)
@Tag("spark")
class RunningCallsTest {
  private static CountDownLatch slow;

  private SparkSession spark;

  @BeforeEach
  void slowCatalog(SparkSession session) {
    spark = session;
    slow = new CountDownLatch(1);
    spark.conf().set("spark.sql.catalog.slow", SlowCatalog.class.getName());
  }

  @AfterEach
  void endAll() {
    slow.countDown();
  }

  private RecipeCall call(Map<String, String> arguments) {
    return new RecipeCall(spark, "ml", Recipe.MINE, arguments, Map.of());
  }

  private RunningCall running(RunningCalls calls, String id) {
    return calls.start(id, call(Map.of("input", "slow." + id)));
  }

  private RunningCall ended(RunningCalls calls, String id) throws InterruptedException {
    RunningCall started = calls.start(id, call(Map.of()));
    while (started.isRunning()) {
      Thread.sleep(1);
    }
    return started;
  }

  private List<String> known(RunningCalls calls, String... ids) {
    List<String> known = new ArrayList<>();
    for (String id : ids) {
      try {
        calls.of(spark, id);
        known.add(id);
      } catch (UserException e) {
        assertThat(e).hasMessageStartingWith("no call '%s' is known here: ".formatted(id));
      }
    }
    return known;
  }

  @Test
  void start_beyondTheNumber_forgetsToldEndsFirstThenTheOldest() throws InterruptedException {
    RunningCalls calls = new RunningCalls(4);
    running(calls, "runs");
    ended(calls, "first");
    ended(calls, "second");
    ended(calls, "third");
    assertThat(calls.of(spark, "runs").progress(0).get(0)).containsExactly("running", null);
    assertThat(calls.of(spark, "third").progress(0).get(0))
        .containsExactly("refused", "mine: input is missing");
    String[] all = {"runs", "first", "second", "third", "fourth", "fifth"};

    ended(calls, "fourth");
    assertThat(known(calls, all)).containsExactly("runs", "first", "second", "fourth");
    ended(calls, "fifth");
    assertThat(known(calls, all)).containsExactly("runs", "second", "fourth", "fifth");
    assertThat(calls.of(spark, "second").progress(0).get(0)).contains("refused");
  }

  @Test
  void start_ofAKnownId_isTheSameCall_andThoseThatRunAreNeverForgotten() {
    RunningCalls calls = new RunningCalls(1);
    RunningCall one = running(calls, "one");
    running(calls, "two");
    running(calls, "three");
    assertThat(known(calls, "one", "two", "three")).hasSize(3);
    assertThat(running(calls, "one")).isSameAs(one);
    assertThatThrownBy(() -> calls.of(spark, "four")).isInstanceOf(UserException.class);
  }

  @Test
  void start_ofTheSameWork_followsTheOneThatRuns() throws InterruptedException {
    RunningCalls calls = new RunningCalls(4);
    Map<String, String> work = Map.of("input", "slow.tickets");
    RunningCall first = calls.start("first", call(work));
    assertThat(calls.start("again", call(work))).isSameAs(first);
    assertThat(calls.start("other", call(Map.of("input", "slow.others")))).isNotSameAs(first);
    slow.countDown();
    while (first.isRunning()) {
      Thread.sleep(1);
    }
    assertThat(calls.start("later", call(work))).as("it has ended").isNotSameAs(first);
    assertThat(calls.of(spark, "again")).isSameAs(first);
  }

  @Test
  void start_ofManyByManyClients_keepsTheNumber() throws Exception {
    RunningCalls calls = new RunningCalls(20);
    ExecutorService clients = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int client = 0; client < 4; client++) {
        String name = "client " + client;
        all.add(
            clients.submit(
                () -> {
                  for (int i = 0; i < 50; i++) {
                    assertThat(ended(calls, name + " " + i).progress(0)).hasSize(1);
                  }
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    } finally {
      clients.shutdownNow();
    }
    String[] ids =
        IntStream.range(0, 200)
            .mapToObj(i -> "client %d %d".formatted(i / 50, i % 50))
            .toArray(String[]::new);
    assertThat(known(calls, ids)).hasSize(20);
  }

  /** Its tables are found when the test ends, and then there is none. */
  public static final class SlowCatalog implements TableCatalog {
    @Override
    public void initialize(String name, CaseInsensitiveStringMap options) {}

    @Override
    public String name() {
      return "slow";
    }

    @Override
    public Table loadTable(Identifier identifier) {
      try {
        slow.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new UnsupportedOperationException("slow");
    }

    @Override
    public Identifier[] listTables(String[] namespace) {
      return new Identifier[0];
    }

    @Override
    public Table alterTable(Identifier identifier, TableChange... changes) {
      throw new UnsupportedOperationException("slow");
    }

    @Override
    public boolean dropTable(Identifier identifier) {
      return false;
    }

    @Override
    public void renameTable(Identifier from, Identifier to) {
      throw new UnsupportedOperationException("slow");
    }
  }
}
