package io.silverspark.jobs.distributed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.model.distributed.RankSession;
import io.silverspark.model.training.TrainingListener;

/** Carries the training events of rank 0 to the driver. */
final class RankEvents implements TrainingListener {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STEP = "step";
  private static final String EVALUATION = "evaluation";
  private static final String CHECKPOINT = "checkpoint";
  private static final String RESUME = "resume";

  private final RankSession session;

  RankEvents(RankSession session) {
    this.session = session;
  }

  private record Resume(int step, int totalSteps) {}

  @Override
  public void onStep(StepReport report) {
    session.report(STEP, report);
  }

  @Override
  public void onEvaluation(EvaluationReport report) {
    session.report(EVALUATION, report);
  }

  @Override
  public void onCheckpoint(int step) {
    session.report(CHECKPOINT, step);
  }

  @Override
  public void onResume(int step, int totalSteps) {
    session.report(RESUME, new Resume(step, totalSteps));
  }

  /** Gives an event that came from a rank to a listener of the driver. */
  static void deliver(String kind, JsonNode event, TrainingListener listener) {
    switch (kind) {
      case STEP -> listener.onStep(JSON.convertValue(event, StepReport.class));
      case EVALUATION -> listener.onEvaluation(JSON.convertValue(event, EvaluationReport.class));
      case CHECKPOINT -> listener.onCheckpoint(event.asInt());
      case RESUME -> {
        Resume resume = JSON.convertValue(event, Resume.class);
        listener.onResume(resume.step(), resume.totalSteps());
      }
      default -> throw new IllegalArgumentException("no event is called " + kind);
    }
  }
}
