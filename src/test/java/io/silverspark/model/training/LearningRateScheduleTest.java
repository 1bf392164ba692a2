package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.model.training.LearningRateSchedule.Shape;
import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {
  @Test
  void at_linear_risesFromZeroAndFallsTowardsZero() {
    LearningRateSchedule schedule = new LearningRateSchedule(Shape.LINEAR, 2e-5, 3, 30);
    assertThat(schedule.at(0)).isZero();
    assertThat(schedule.at(1)).isCloseTo(2e-5 / 3, within(1e-18));
    assertThat(schedule.at(3)).isEqualTo(2e-5);
    assertThat(schedule.at(29)).isCloseTo(2e-5 / 27, within(1e-18));
    assertThat(schedule.at(30)).isZero();
  }

  @Test
  void at_cosine_isHalfThePeakInTheMiddle() {
    LearningRateSchedule schedule = new LearningRateSchedule(Shape.COSINE, 1, 10, 110);
    assertThat(schedule.at(10)).isEqualTo(1);
    assertThat(schedule.at(60)).isCloseTo(0.5, within(1e-12));
    assertThat(schedule.at(110)).isCloseTo(0, within(1e-12));
  }

  @Test
  void at_constantWithoutWarmup_isThePeakFromTheFirstStep() {
    assertThat(new LearningRateSchedule(Shape.CONSTANT, 3, 0, 5).at(0)).isEqualTo(3);
  }

  @Test
  void schedule_warmupRatio_isRoundedUp() {
    TrainingPlan plan = TrainingPlan.builder().warmupRatio(0.1).build();
    assertThat(plan.schedule(32).warmupSteps()).isEqualTo(4);
  }

  @Test
  void build_wrongValue_isNamed() {
    assertThatThrownBy(() -> TrainingPlan.builder().warmupRatio(1.5).build())
        .hasMessage("warmupRatio must be 0 to 1, found 1.5");
  }
}
