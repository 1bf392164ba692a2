package io.silverspark.jobs.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.Commands;
import io.silverspark.jobs.ingest.IngestJob;
import io.silverspark.jobs.mine.MineJob;
import io.silverspark.jobs.run.Job;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Streams from a table of a catalog to others, which have no room for a checkpoint. */
@Tag("cluster")
@ExtendWith(SparkFixture.class)
class FollowedCatalogTest {
  private static final String SCHEMA = "followed_catalog_test";

  @TempDir Path directory;

  private SparkSession spark;

  @BeforeEach
  void tickets(SparkSession session) {
    spark = session;
    spark.sql("CREATE SCHEMA " + SCHEMA);
    spark.sql(
        "CREATE TABLE %s.tickets (question STRING, answer STRING) USING delta".formatted(SCHEMA));
    arrive("('How do I pay?', 'By card.'), ('Where is my parcel?', 'In the van.')");
  }

  @AfterEach
  void drop() {
    spark.sql("DROP SCHEMA %s CASCADE".formatted(SCHEMA));
  }

  @Test
  void ingestAndMine_followTablesByName_andFillThemByName() {
    Commands refused = follow(new IngestJob());
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err())
        .contains("tables.dir = 'catalog:" + SCHEMA + "' has no room")
        .contains("give --checkpoint");

    Commands first = follow(new IngestJob(), "--checkpoint", path("ingest"));
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.err()).contains("batch 0, 2 rows -> catalog:" + SCHEMA + ".pairs");
    Commands mined = follow(new MineJob(), "--checkpoint", path("mine"));
    assertThat(mined.code()).as(mined.err()).isZero();
    assertThat(mined.err()).contains("batch 0, 2 pairs, 2 rows -> catalog:" + SCHEMA + ".mined");

    arrive("('Who are you?', 'A shop.'), ('', 'Nobody asked.')");
    assertThat(follow(new IngestJob(), "--checkpoint", path("ingest")).err())
        .contains("batch 1, 1 rows, 1 to quarantine");
    assertThat(follow(new MineJob(), "--checkpoint", path("mine")).err())
        .contains("batch 1, 1 pairs, 1 rows");
    assertThat(follow(new IngestJob(), "--checkpoint", path("ingest")).err())
        .contains("no new rows in catalog:" + SCHEMA + ".tickets");
    assertThat(count("pairs")).isEqualTo(3);
    assertThat(count("quarantine")).isEqualTo(1);
    assertThat(count("mined")).isEqualTo(3);
    assertThat(count("candidate_pairs")).isEqualTo(3);

    Commands other = follow(new MineJob(), "--checkpoint", path("other"));
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("whose progress is not in '" + path("other") + "'");
  }

  private void arrive(String rows) {
    spark.sql("INSERT INTO %s.tickets VALUES %s".formatted(SCHEMA, rows));
  }

  private long count(String table) {
    return spark.table(SCHEMA + "." + table).count();
  }

  private Commands follow(Job job, String... options) {
    List<String> arguments = new ArrayList<>(List.of("--follow", "available"));
    arguments.addAll(List.of(options));
    for (String setting :
        List.of(
            "run.dir=" + path("run"),
            "tables.dir=catalog:" + SCHEMA,
            "data.pairs.train=catalog:" + SCHEMA + ".tickets",
            "data.pairs.columns={ anchor = question, positive = answer }",
            "gold.source=pairs",
            "mine.output=catalog:" + SCHEMA + ".mined",
            "mine.outputFormat=triplet",
            "model.base=" + NarrowModel.directory(),
            "model.precision=fp32")) {
      arguments.addAll(List.of("--set", setting));
    }
    return Commands.run(job, arguments.toArray(String[]::new));
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }
}
