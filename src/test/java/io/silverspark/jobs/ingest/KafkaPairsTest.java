package io.silverspark.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.DriverProcess;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.table.PairsTable;
import io.silverspark.jobs.table.QuarantineTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ingest --follow} of a topic of a real broker. Neither broker nor connector is a
 * dependency: {@code -Dkafka.broker} and {@code -Dkafka.connector} name directories with the jars
 * of org.apache.kafka:kafka_2.13 and org.apache.spark:spark-sql-kafka-0-10_2.13, each with what
 * they depend on. Without them the test is skipped.
 */
@Tag("cluster")
@EnabledIfSystemProperty(named = "kafka.broker", matches = ".+")
@EnabledIfSystemProperty(named = "kafka.connector", matches = ".+")
@ExtendWith(SparkFixture.class)
class KafkaPairsTest {
  private static final String STRINGS = "org.apache.kafka.common.serialization.StringSerializer";

  @TempDir Path directory;

  private SparkSession spark;
  private Process broker;
  private int port;
  private int drivers;

  @BeforeEach
  void startBroker(SparkSession session) throws Exception {
    spark = session;
    port = freePort();
    int controller = freePort();
    Path properties = directory.resolve("server.properties");
    Files.writeString(
        properties,
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@localhost:%2$d
        listeners=PLAINTEXT://localhost:%1$d,CONTROLLER://localhost:%2$d
        controller.listener.names=CONTROLLER
        listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
        log.dirs=%3$s
        num.partitions=2
        offsets.topic.replication.factor=1
        """
            .formatted(port, controller, directory.resolve("logs")));
    String id = "MkU3OEVBNTcwNTJENDM2Qk";
    List<String> format = List.of("kafka.tools.StorageTool", "format", "-t", id, "-c");
    assertThat(kafka(format, properties).waitFor(1, TimeUnit.MINUTES)).isTrue();
    broker = kafka(List.of("kafka.Kafka"), properties);
    awaitPort();
  }

  @AfterEach
  void stopBroker() throws Exception {
    if (broker != null) {
      broker.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
    }
  }

  @Test
  void messages_areReadOnce_alsoAfterAKillInABatch() throws Exception {
    send("{\"question\": \"How do I pay?\", \"answer\": \"By card.\", \"ts\": 1}", "no JSON");
    send("{\"question\": \"Where is it?\", \"answer\": [\"In the van.\"]}", null);
    String told = toItsEnd();
    assertThat(told).contains("ingest: batch 0, 1 rows, 3 to quarantine");
    assertThat(rows(QuarantineTable.DEFINITION, "reason"))
        .containsExactlyInAnyOrder(
            "not readable as JSON",
            "answer is a JSON array, expected a text or a number",
            "the message has no value");
    assertThat(rows(QuarantineTable.DEFINITION, "source"))
        .allMatch(source -> source.matches("kafka:tickets/[01]"));

    Path output = directory.resolve("killed.txt");
    Process driver = driver(output, "always");
    try {
      for (int i = 0; i < 50; i++) {
        send("{\"question\": \"Who is %d?\", \"answer\": \"Number %d.\"}".formatted(i, i));
      }
      await(directory.resolve("run/tables/pairs/_checkpoints/ingest/offsets/1"), driver, output);
    } finally {
      driver.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
    }
    toItsEnd();
    assertThat(rows(PairsTable.DEFINITION, "positive"))
        .hasSize(51)
        .doesNotHaveDuplicates()
        .contains("By card.", "Number 0.", "Number 49.");
    assertThat(rows(QuarantineTable.DEFINITION, "reason")).hasSize(3);
    assertThat(toItsEnd()).contains("ingest: no new rows in kafka:tickets");
  }

  private Process kafka(List<String> command, Path properties) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(ProcessHandle.current().info().command().orElseThrow());
    line.addAll(List.of("-Xmx300m", "-cp", System.getProperty("kafka.broker") + "/*"));
    line.addAll(command);
    line.add(properties.toString());
    return new ProcessBuilder(line)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("kafka.txt").toFile()))
        .start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void awaitPort() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (true) {
      try (Socket ignored = new Socket("localhost", port)) {
        return;
      } catch (IOException e) {
        assertThat(System.nanoTime()).as("broker in time").isLessThan(deadline);
        assertThat(broker.isAlive()).as(Files.readString(directory.resolve("kafka.txt"))).isTrue();
        Thread.sleep(200);
      }
    }
  }

  private static void await(Path file, Process driver, Path output) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (!Files.exists(file)) {
      assertThat(driver.isAlive() && System.nanoTime() < deadline)
          .as(Files.readString(output))
          .isTrue();
      Thread.sleep(20);
    }
  }

  /** By the classes of the connector's directory, which are not on the class path of the tests. */
  private void send(String... values) throws Exception {
    List<URL> jars = new ArrayList<>();
    for (Path jar : connector()) {
      jars.add(jar.toUri().toURL());
    }
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", "localhost:" + port);
    properties.setProperty("key.serializer", STRINGS);
    properties.setProperty("value.serializer", STRINGS);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(jars.toArray(URL[]::new), before)) {
      thread.setContextClassLoader(loader);
      Class<?> record = loader.loadClass("org.apache.kafka.clients.producer.ProducerRecord");
      Class<?> producers = loader.loadClass("org.apache.kafka.clients.producer.KafkaProducer");
      try (AutoCloseable producer =
          (AutoCloseable) producers.getConstructor(Properties.class).newInstance(properties)) {
        for (String value : values) {
          Object message =
              record.getConstructor(String.class, Object.class).newInstance("tickets", value);
          producers.getMethod("send", record).invoke(producer, message);
        }
      }
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static List<Path> connector() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("kafka.connector")))) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  private String toItsEnd() throws Exception {
    Path output = directory.resolve("driver-" + drivers++ + ".txt");
    Process driver = driver(output, "available");
    try {
      assertThat(driver.waitFor(4, TimeUnit.MINUTES)).isTrue();
      assertThat(driver.exitValue()).as(Files.readString(output)).isZero();
      return Files.readString(output);
    } finally {
      driver.destroyForcibly();
    }
  }

  private Process driver(Path output, String mode) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("ingest", "--follow", mode, "--interval", "0"));
    if (!mode.equals("always")) {
      arguments.subList(3, 5).clear();
    }
    for (String setting :
        List.of(
            "run.dir=" + directory.resolve("run"),
            "data.pairs.train=\"kafka:tickets\"",
            "data.pairs.columns={ anchor = question, positive = answer }",
            "data.pairs.options={ \"kafka.bootstrap.servers\" = \"localhost:" + port + "\" }",
            "spark.master=local[1]",
            "spark.conf.\"spark.ui.enabled\"=false",
            "spark.conf.\"spark.sql.shuffle.partitions\"=1",
            "spark.conf.\"spark.databricks.delta.snapshotPartitions\"=1")) {
      arguments.addAll(List.of("--set", setting));
    }
    String jars =
        String.join(
            File.pathSeparator, connector().stream().map(Path::toString).toArray(String[]::new));
    return DriverProcess.builder(DriverProcess.CLASS_PATH + File.pathSeparator + jars, arguments)
        .redirectOutput(output.toFile())
        .start();
  }

  private List<String> rows(TableDefinition definition, String column) {
    return new TableStore(spark, directory.resolve("run/tables").toString(), "test", "test")
        .table(definition).read().select(column).collectAsList().stream()
            .map(row -> row.getString(0))
            .toList();
  }
}
