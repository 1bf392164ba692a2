package io.silverspark.model.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.data.NliLabel;
import io.silverspark.model.error.UserException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassNamesTest {
  private static ClassNames names(String joined) {
    return new ClassNames(Arrays.stream(joined.split("/")).map(String::strip).toList());
  }

  private static ClassNames parse(String json) {
    return ClassNames.parse(
        JsonObject.parse(json.getBytes(StandardCharsets.UTF_8), "model/config.json"));
  }

  @ParameterizedTest
  @CsvSource({
    "contradiction / entailment / neutral, 1",
    "entailment / neutral / contradiction, 0",
    "CONTRADICTION / NEUTRAL / ENTAILMENT, 2",
    "Contradicts / Entails / Neutral, 1",
    "neutral / contradiction / Entailed, 2",
    "label_contradiction / label-neutral / label_entailment, 2",
    "c / e / n, 1",
    "con / neu / ent, 2",
    "other / textual entailment / none, 1",
    "not_entailment / entailment, 1",
    "entailment / not_entailment, 0",
    "Entailment / NotEntailment, 0",
    "ENTAILMENT / NON ENTAILMENT, 0",
    "nonentailment / entailment, 1",
    "contradiction / entailment, 1",
    "entailment / neutral, 0",
    "match / no match, 0",
    "no_match / match, 1",
    "irrelevant / relevant, 1",
    "relevant / irrelevant, 0",
    "duplicate / not_duplicate, 0",
    "not_equivalent / equivalent, 1",
    "True / False, 0",
    "0 / 1, 1",
    "1 / 0, 0",
    "yes / no, 0",
    "something / not something, 0",
    "LABEL_0 / LABEL_1, 1",
    "a / b / c / entailment, 3"
  })
  void match_isTheClassOfTheName(String joined, int expected) {
    assertThat(names(joined).match()).hasValue(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LABEL_0 / LABEL_1 / LABEL_2",
        "LABEL_1 / LABEL_0",
        "cat / dog",
        "bad / fair / good",
        "not_entailment / neutral / contradiction",
        "entailment / entails / neutral",
        "contradiction / neutral",
        "match / related",
        "irrelevant / partly / relevant",
        "LABEL_0"
      })
  void match_namesThatDoNotTell_isEmpty(String joined) {
    assertThat(names(joined).match()).isEmpty();
  }

  @Test
  void match_asked_isANameOrElseANumber() {
    ClassNames grades = names("bad / fair / good");
    assertThat(grades.match("good", "m")).hasValue(2);
    assertThat(grades.match(" GOOD ", "m")).hasValue(2);
    assertThat(grades.match("1", "m")).hasValue(1);
    assertThat(names("1 / 0 / 2").match("1", "m")).as("a name goes first").hasValue(0);
    assertThat(names("contradiction / entailment / neutral").match("contradiction", "m"))
        .as("obeyed although a name tells")
        .hasValue(0);
    assertThat(grades.match("", "m")).isEqualTo(OptionalInt.empty());
  }

  @Test
  void match_askedForWhatIsNot_saysWhatThereIs() {
    assertThatThrownBy(() -> names("bad / fair / good").match("3", "model 'm'"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "matchClass = '3' is not a class of model 'm', expected one of bad, fair, good or a"
                + " number from 0 to 2");
    assertThatThrownBy(() -> names("LABEL_0").match("0", "model 'm'"))
        .isInstanceOf(UserException.class)
        .hasMessage("matchClass = '0' does not fit model 'm': it has one output and no classes");
  }

  @Test
  void nliLabels_ofThreeNames_areByClass() {
    assertThat(names("CONTRADICTION / Entailed / neutral").nliLabels())
        .contains(List.of(NliLabel.CONTRADICTION, NliLabel.ENTAILMENT, NliLabel.NEUTRAL));
    assertThat(names("n / c / e").nliLabels())
        .contains(List.of(NliLabel.NEUTRAL, NliLabel.CONTRADICTION, NliLabel.ENTAILMENT));
    assertThat(names("entailment / neutral / other").nliLabels()).isEmpty();
    assertThat(names("not_entailment / entailment").nliLabels()).isEmpty();
    assertThat(ClassNames.nli().nliLabels()).contains(List.of(NliLabel.values()));
  }

  @Test
  void parse_idToLabelDecides_asInTransformers() {
    assertThat(
            parse(
                """
                {"num_labels": 2, "id2label": {"1": "entailment", "0": "contradiction", "2": "neutral"},
                 "label2id": {"LABEL_0": 5, "entailment": "1", "neutral": 2}}
                """))
        .isEqualTo(names("contradiction / entailment / neutral"));
    assertThat(parse("{\"num_labels\": 3}")).isEqualTo(names("LABEL_0 / LABEL_1 / LABEL_2"));
    assertThat(parse("{\"id2label\": null}").count()).as("transformers' default").isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"0\":\"a\",\"2\":\"b\"}",
        "{\"1\":\"a\",\"2\":\"b\"}",
        "{\"zero\":\"a\",\"one\":\"b\"}",
        "{\"-1\":\"a\",\"0\":\"b\"}",
        "{}",
        "[\"a\",\"b\"]"
      })
  void parse_keysThatAreNoClasses_areRefused(String id2label) {
    assertThatThrownBy(() -> parse("{\"id2label\": " + id2label + "}"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "model/config.json: 'id2label' is "
                + id2label
                + ", expected a name for each class, with the keys 0, 1, 2 and so on without a"
                + " gap");
  }

  @Test
  void parse_labelToIdThatSaysOtherwise_isRefused() {
    assertThatThrownBy(
            () ->
                parse(
                    """
                    {"id2label": {"0": "entailment", "1": "neutral", "2": "contradiction"},
                     "label2id": {"contradiction": 0, "entailment": 1, "neutral": 2}}
                    """))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "model/config.json: label2id says that 'entailment' is class 1, id2label that it is"
                + " class 0: correct one of them");
  }
}
