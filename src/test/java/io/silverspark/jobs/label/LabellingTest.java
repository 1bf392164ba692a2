package io.silverspark.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LabellingTest {
  @Test
  void tasks_fewRows_isOne() {
    assertThat(Labelling.tasks(0, 8)).isEqualTo(1);
    assertThat(Labelling.tasks(511, 8)).isEqualTo(1);
  }

  @Test
  void tasks_rowsForSomeCores_areAsManyAsHaveEnoughToDo() {
    assertThat(Labelling.tasks(1_024, 2)).isEqualTo(2);
    assertThat(Labelling.tasks(1_024, 64)).isEqualTo(4);
  }

  @Test
  void tasks_rowsForAllCores_areBoundByTheirSize() {
    assertThat(Labelling.tasks(25_000, 2)).isEqualTo(13);
    assertThat(Labelling.tasks(25_000, 64)).isEqualTo(64);
  }
}
