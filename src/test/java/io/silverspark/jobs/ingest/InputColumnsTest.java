package io.silverspark.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputColumnsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          anchor positive negative              | triplets
          question answer negative_1 negative_2 | triplets
          query document                        | pairs
          sentence1 sentence2 score id          | sts
          premise hypothesis label              | nli
          text label                            | intents
          """)
  void kind_isToldByTheUsualNames(String columns, String kind) {
    assertThat(InputColumns.of(List.of(columns.split(" ")), Map.of()).orElseThrow().kind())
        .isEqualTo(kind);
  }

  @Test
  void negatives_areCountedFromOne() {
    List<String> columns = List.of("anchor", "positive", "negative_1", "negative_2", "negative_4");
    assertThat(InputColumns.of(columns, Map.of()).orElseThrow().negatives())
        .containsExactly("negative_1", "negative_2");
  }

  @Test
  void givenColumns_haveTheirRoles_andAllOfThemMustBeThere() {
    List<String> columns = List.of("subject", "reply", "wrong");
    Map<String, String> pair = Map.of("anchor", "subject", "positive", "reply");
    assertThat(InputColumns.of(columns, pair)).contains(new InputColumns("pairs", pair, List.of()));
    assertThat(InputColumns.of(columns, Map.of("anchor", "subject", "positive", "answer")))
        .isEmpty();
  }

  @Test
  void roleOfAnotherKind_isNotPassedOver() {
    List<String> columns = List.of("question", "answer", "text", "label");
    assertThat(InputColumns.of(columns, Map.of("label", "label")).orElseThrow().kind())
        .isEqualTo("intents");
  }
}
