package io.silverspark.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.model.prompt.Prompts;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelCardTest {
  private static String card(Prompts prompts) {
    return ModelCard.ofBiEncoder("Mine", "models/base", Map.of("steps", 3), prompts);
  }

  @Test
  void prompts_areATableOfTextsAsTheyAre() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("query", "Instruct: \"find\" it\nQuery: ");
    texts.put("document", "");
    texts.put("web", "a | `b`\\ ");
    assertThat(card(new Prompts(texts, Optional.of("web"))))
        .contains(
            """
            where the table has it; other calls take by default: `web`.

            | name | text |
            | --- | --- |
            | query | `"Instruct: \\"find\\" it\\nQuery: "` |
            | web | ``"a \\| `b`\\\\ "`` |

            ## Training
            """);
  }

  @Test
  void prompts_withoutADefault_sayNone() {
    Prompts prompts = new Prompts(Map.of("query", "q: ", "document", ""), Optional.empty());
    assertThat(card(prompts)).contains("other calls take by default: none.");
    assertThat(card(new Prompts(prompts.texts(), Optional.of("document"))))
        .as("an empty text is no prompt")
        .contains("other calls take by default: none.");
  }

  /** sentence-transformers writes empty prompts for query and document into every model. */
  @Test
  void prompts_allEmpty_haveNoTable() {
    assertThat(card(Prompts.NONE)).doesNotContain("Prompts");
    assertThat(card(new Prompts(Map.of("query", "", "document", ""), Optional.empty())))
        .doesNotContain("Prompts")
        .contains("## Training");
  }
}
