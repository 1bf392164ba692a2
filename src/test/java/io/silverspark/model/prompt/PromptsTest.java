package io.silverspark.model.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.error.UserException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PromptsTest {
  private static final Prompts E5 = new Prompts(Map.of("query", "query: "), Optional.of("query"));

  @Test
  void text_default_isThatOfTheDefaultName() {
    assertThat(E5.text(Prompt.DEFAULT)).isEqualTo("query: ");
    assertThat(Prompts.NONE.text(Prompt.DEFAULT)).isEmpty();
  }

  @Test
  void text_queryAndDocument_areKnownToEveryModelAndNeverFallBack() {
    assertThat(E5.text(Prompt.QUERY)).isEqualTo("query: ");
    assertThat(E5.text(Prompt.DOCUMENT)).isEmpty(); // not the default, as encode_document
    assertThat(Prompts.NONE.text(Prompt.QUERY)).isEmpty();
    Prompts passage = new Prompts(Map.of("passage", "passage: "), Optional.empty());
    assertThat(passage.text(Prompt.DOCUMENT)).isEmpty(); // nor the passage, in version 6.0.1
  }

  @Test
  void text_given_wins() {
    assertThat(E5.text(Prompt.of("ask: "))).isEqualTo("ask: ");
    assertThat(E5.text(Prompt.NONE)).isEmpty();
  }

  @Test
  void text_unknownName_isRefusedWithTheNames() {
    assertThatThrownBy(() -> E5.text(Prompt.named("title")))
        .isInstanceOf(UserException.class)
        .hasMessage("the model has no prompt named 'title', expected one of query, document");
  }

  @Test
  void create_defaultThatIsNoPrompt_isRefused() {
    assertThatThrownBy(() -> new Prompts(Map.of("sts", "s: "), Optional.of("web")))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "default_prompt_name is 'web', expected one of the model's prompts: query, document,"
                + " sts");
  }

  @Test
  void toString_tellsChoicesApart() {
    assertThat(Prompt.DEFAULT).hasToString("default");
    assertThat(Prompt.NONE).hasToString("none");
    assertThat(Prompt.QUERY).hasToString("named query");
    assertThat(Prompt.of("find:\n")).hasToString("\"find:\\n\"");
  }
}
