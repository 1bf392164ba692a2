package io.silverspark.jobs.procedures;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.SparkFixture;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Calls that mean the same work in one run, others never. */
@ExtendWith(SparkFixture.class)
@Tag("spark")
class RecipeCallTest {
  private SparkSession one;
  private SparkSession other;

  @BeforeEach
  void sessions(SparkSession session) {
    one = session.newSession();
    other = session.newSession();
  }

  @Test
  void directory_ofATable_isTheSameInEverySession() {
    Map<String, String> table = Map.of("input", "default.tickets");
    assertThat(directory(one, table)).isEqualTo(directory(other, table));
    assertThat(directory(one, table)).isNotEqualTo(directory(one, Map.of("input", "default.b")));
  }

  @Test
  void directory_ofATemporaryView_isThatOfTheSession() {
    for (SparkSession session : new SparkSession[] {one, other}) {
      session.range(1).createOrReplaceTempView("tickets");
    }
    for (String input : new String[] {"tickets", "TICKETS", "query:SELECT * FROM tickets t"}) {
      Map<String, String> view = Map.of("input", input);
      assertThat(directory(one, view))
          .as(input)
          .isEqualTo(directory(one, view))
          .isNotEqualTo(directory(other, view));
    }
    Map<String, String> into = Map.of("input", "tickets", "output", "/models/tickets");
    assertThat(directory(one, into)).as("goes on").isEqualTo(directory(other, into));
    Map<String, String> longer = Map.of("input", "default.tickets_2025");
    assertThat(directory(one, longer)).isEqualTo(directory(other, longer));
  }

  @Test
  void directory_ofATable_dependsOnTheCurrentSchema() {
    one.sql("CREATE SCHEMA IF NOT EXISTS recipe_call_test");
    try {
      one.catalog().setCurrentDatabase("recipe_call_test");
      Map<String, String> table = Map.of("input", "articles");
      assertThat(directory(one, table)).isNotEqualTo(directory(other, table));
    } finally {
      one.sql("DROP SCHEMA recipe_call_test CASCADE");
    }
  }

  private static String directory(SparkSession session, Map<String, String> arguments) {
    return new RecipeCall(session, "ml", Recipe.MINE, arguments, Map.of()).directory();
  }
}
