package io.silverspark.jobs.procedures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.SparkFixture;
import io.silverspark.udfs.SilverSparkCatalog;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SparkFixture.class)
@Tag("spark")
class RecipeProceduresTest {
  private static final String QUICK = "'model.layers','1','model.precision','fp32','run.seed','7'";

  @TempDir Path folder;
  private SparkSession spark;

  @BeforeEach
  void tickets(SparkSession session) {
    spark = session;
    SparkSession.setActiveSession(spark);
    spark.conf().set("spark.sql.catalog.ml", SilverSparkCatalog.class.getName());
    spark.conf().set("spark.sql.catalog.ml.runs-dir", folder.toString());
    String rows =
        IntStream.range(0, 8)
            .mapToObj(i -> "('how do I fix part %1$d of it?', 'you turn screw %1$d.')".formatted(i))
            .collect(Collectors.joining(", "));
    spark
        .sql("SELECT * FROM VALUES " + rows + " AS t(question, answer)")
        .createOrReplaceTempView("tickets");
  }

  private Row call(String statement) {
    return spark.sql("CALL ml." + statement).first();
  }

  @Test
  @Tag("cluster")
  void triplets_trainAnEncoder_thatPushIsAskedFor() {
    Row mined =
        call(
            "mine(input => 'tickets', anchor => 'question', settings => map('negatives_per_anchor', '2', %s))"
                .formatted(QUICK));
    assertThat(mined.getString(0)).isEqualTo("table");
    spark.table(mined.getString(1)).createOrReplaceTempView("mined");
    assertThat(spark.table("mined").count()).isEqualTo(16);

    String output = folder.resolve("model").toString();
    Row trained =
        call(
            "train_bi_encoder(input => 'mined', output => '%s', loss => 'TripletLoss', settings => map('epochs', '1', %s))"
                .formatted(output, QUICK));
    assertThat(List.of(trained.getString(0), trained.getString(1)))
        .containsExactly("model", output);
    assertThat(folder.resolve("model/modules.json")).exists();
  }

  @Test
  @Tag("cluster")
  void startedCall_isFollowedByItsLines_andStopped() throws InterruptedException {
    String start =
        "start('%s', 'train_bi_encoder', map('input', 'tickets'), map('epochs', '5000', %s))"
            .formatted(folder, QUICK);
    assertThat(call(start).getString(0)).isEqualTo("running");
    assertThat(call(start).getString(0)).isEqualTo("running"); // the same call
    while (states().size() < 4) {
      Thread.sleep(100);
    }
    call("stop('%s')".formatted(folder));
    while (states().contains("running")) {
      Thread.sleep(100);
    }
    assertThat(states()).endsWith("line", "stopped");
    assertThat(call("progress('%s', '1000')".formatted(folder)).getString(1))
        .isEqualTo("train_bi_encoder was stopped; call it again to continue");
  }

  private List<String> states() {
    return spark.sql("CALL ml.progress('%s', '0')".formatted(folder)).collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }

  @Test
  void mistakes_areToldInALine() {
    assertThatThrownBy(() -> call("mine(input => 'tickets', anchor => 'qestion')"))
        .hasMessageContaining("input = 'tickets' has the columns question, answer");
    assertThatThrownBy(() -> call("min(input => 'tickets')"))
        .hasMessageContaining(
            "there is no procedure 'min'; those of ml are mine, train_bi_encoder");
    assertThatThrownBy(() -> call("mine(input => 'tickets', settings => map('negatives', '2'))"))
        .hasMessageContaining("mine.negatives");
    assertThatThrownBy(() -> call("start('1', 'mine', map('inputs', 'tickets'))"))
        .hasMessageContaining("mine has no argument 'inputs', did you mean 'input'?");
    assertThatThrownBy(() -> call("progress('1', '0')"))
        .hasMessageContaining("no call '1' is known");
  }
}
