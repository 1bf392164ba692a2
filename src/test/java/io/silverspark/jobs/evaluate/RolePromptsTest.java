package io.silverspark.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.PromptedModel;
import io.silverspark.jobs.config.AllSettings;
import io.silverspark.jobs.evaluate.EvaluatedText.Role;
import io.silverspark.jobs.report.ModelRole;
import io.silverspark.model.config.Settings;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.data.Triplet;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.evaluation.RerankingEvaluator;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.prompt.Prompt;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolePromptsTest {
  private static final EncoderOptions OPTIONS = EncoderOptions.defaults().withWorkers(1);
  private static final List<DataSetEvaluation> TASKS =
      List.of(
          new SimilarityTask(
              "validation", true, List.of("a b", "b"), List.of("b b", "a"), new double[] {1, 2}),
          new TripletTask(List.of(new Triplet("a b", "b b", "a"))),
          PairTask.ofClasses(List.of(new TextPair("a b", "b"), new TextPair("b", "a")), new int[2]),
          new RerankingTask(
              "reranking",
              List.of(new RerankingTask.Sample("a b", List.of("b b"), List.of("a", "b a")))));

  @TempDir private Path folder;
  private EvaluatedModel model;

  @BeforeEach
  void save() {
    String reference = PromptedModel.save(folder.resolve("prompted")).toString();
    model = new EvaluatedModel("m", ModelRole.OTHER, reference, 0);
  }

  private static Settings settings(String... overrides) {
    return AllSettings.reader().read(Optional.empty(), List.of(overrides));
  }

  @Test
  void of_withoutSettings_isAsInThePeersEvaluators() {
    RolePrompts prompts = RolePrompts.of(settings(), model);
    assertThat(prompts.of(Role.TEXT)).isEqualTo(Prompt.of(PromptedModel.TITLE));
    assertThat(prompts.of(Role.QUERY)).isEqualTo(Prompt.of(PromptedModel.QUERY));
    assertThat(prompts.of(Role.DOCUMENT)).isEqualTo(Prompt.of(PromptedModel.DOCUMENT));
  }

  @Test
  void of_settings_win() {
    RolePrompts prompts =
        RolePrompts.of(
            settings(
                "evaluate.promptName=\"\"",
                "evaluate.queryPrompt=\"b a \"",
                "evaluate.corpusPromptName=title"),
            model);
    assertThat(prompts.of(Role.TEXT)).isEqualTo(Prompt.NONE);
    assertThat(prompts.of(Role.QUERY)).isEqualTo(Prompt.of("b a "));
    assertThat(prompts.of(Role.DOCUMENT)).isEqualTo(Prompt.of(PromptedModel.TITLE));
    assertThatThrownBy(() -> RolePrompts.of(settings("evaluate.promptName=web"), model))
        .isInstanceOf(UserException.class)
        .hasMessage("the model has no prompt named 'web', expected one of query, document, title");
    assertThatThrownBy(() -> settings("evaluate.prompt=\"a \"", "evaluate.promptName=query"))
        .hasMessageContaining(
            "evaluate.prompt and evaluate.promptName are both set, but only one may be");
  }

  @Test
  void byPrompt_ofAModelWithoutPrompts_isOneListOfDistinctTexts() {
    EvaluatedModel plain = new EvaluatedModel("m", ModelRole.OTHER, "builtin:all-MiniLM-L6-v2", 0);
    List<EvaluatedText> texts = TASKS.stream().flatMap(task -> task.texts().stream()).toList();
    Map<Prompt, List<String>> lists = RolePrompts.of(settings(), plain).byPrompt(texts);
    assertThat(lists)
        .containsExactly(Map.entry(Prompt.NONE, List.of("a b", "b", "b b", "a", "b a")));
  }

  @Test
  void measure_eachTask_usesThePromptOfItsTexts() {
    EvaluationData data =
        new EvaluationData(TASKS, Map.of(), Optional.empty(), List.of(), Map.of());
    Map<String, List<Measure>> measures =
        new ModelComparison(
                data, new DriverRuns(OPTIONS), settings(), PeerEvaluationTest.silentConsole())
            .measure(List.of(model))
            .get(0)
            .measures();
    try (SentenceEncoder encoder = SentenceEncoder.load(model.reference(), OPTIONS)) {
      TextVectors vectors = new TextVectors(role -> Prompt.of(role.name()), Similarity.COSINE);
      List<String> texts = List.of("a b", "b", "b b", "a", "b a");
      vectors.put(Prompt.of("TEXT"), texts, encoder.encode(texts));
      vectors.put(Prompt.of("QUERY"), texts, encoder.encodeQuery(texts));
      vectors.put(Prompt.of("DOCUMENT"), texts, encoder.encodeDocument(texts));
      for (DataSetEvaluation task : TASKS) {
        List<Measure> expected = task.measure(vectors);
        List<Measure> found = measures.get(task.dataset());
        for (int i = 0; i < expected.size(); i++) {
          assertThat(found.get(i).value())
              .as(task.dataset() + " " + i)
              .isEqualTo(expected.get(i).value(), org.assertj.core.api.Assertions.within(1e-6));
        }
      }
      double[] cosines =
          RerankingEvaluator.cosines(
              encoder.encodeQuery(List.of("a b"))[0], encoder.encodeDocument(List.of("b b")));
      assertThat(
              RerankingEvaluator.cosines(
                  vectors.of(Role.QUERY, List.of("a b"))[0],
                  vectors.of(Role.DOCUMENT, List.of("b b")))[0])
          .isEqualTo(cosines[0], org.assertj.core.api.Assertions.within(1e-6));
    }
  }
}
