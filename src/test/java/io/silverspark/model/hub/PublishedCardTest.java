package io.silverspark.model.hub;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublishedCardTest {
  private static final List<PublishedCard.Value> METRICS =
      List.of(
          new PublishedCard.Value("sts_spearman", "STS Spearman", 0.80449, 0.783, 0.8228),
          new PublishedCard.Value(
              "intent_accuracy", "Intent accuracy", 0.653, Double.NaN, Double.NaN));

  @Test
  void of_trainedCard_namesTheRepositoryAndItsValues() {
    String card =
        """
        ---
        library_name: sentence-transformers
        tags:
          - silverspark
        ---
        # Mine

        ```python
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer("path/to/this/directory")
        ```

        ## Training

        | gold pairs | 3 |
        """;
    PublishedCard published = PublishedCard.of(card, "org/new", false, METRICS, "STS-B: \"dev\"");
    assertThat(published.missing()).isEmpty();
    assertThat(published.markdown())
        .startsWith("---\nlibrary_name: sentence-transformers\ntags:\n  - silverspark\n")
        .contains("pipeline_tag: sentence-similarity\n")
        .contains("SentenceTransformer(\"org/new\")")
        .contains("SentenceEncoder.load(\"org/new\", EncoderOptions.defaults())")
        .contains("| STS Spearman | 0.8045 | [0.7830, 0.8228] |")
        .contains("| Intent accuracy | 0.6530 |  |")
        .contains("          - type: sts_spearman\n            value: 0.8045\n")
        .contains("name: \"STS-B: \\\"dev\\\"\"")
        .doesNotContain("path/to/this/directory", "## Usage in Python");
    assertThat(published.markdown().split("(?m)^---$")).hasSize(3);
  }

  @Test
  void of_publishedCard_changesNothing() {
    String once = PublishedCard.of("", "org/new", true, METRICS, "").markdown();
    assertThat(once).contains("CrossEncoder(\"org/new\")", "CrossEncoder.load(", "text-ranking");
    assertThat(PublishedCard.of(once, "org/new", true, METRICS, "").markdown()).isEqualTo(once);
  }

  @Test
  void of_emptyCard_tellsWhatIsMissing() {
    PublishedCard published = PublishedCard.of("", "org/new", false, List.of(), "");
    assertThat(published.missing()).containsExactly("metrics", "training data");
    assertThat(published.markdown())
        .contains("---\n# org/new\n\n## Usage in Python\n")
        .doesNotContain("model-index", "## Evaluation");
  }

  @Test
  void of_values_areYamlThatAReaderParses() throws Exception {
    assertThat(new ObjectMapper().readTree(HubHttp.quoted("a \"b\": c")).asText())
        .isEqualTo("a \"b\": c");
  }
}
