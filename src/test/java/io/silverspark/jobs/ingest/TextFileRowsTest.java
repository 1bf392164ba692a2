package io.silverspark.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.SharedData;
import io.silverspark.jobs.ingest.CheckedRow.State;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextFileRowsTest {
  @Test
  void tsv_quotes_areLiteral() {
    List<CheckedRow> rows =
        tsv(RowFormat.STS, "sentence1\tsentence2\tscore\n\"He said\tno\" again\t2.5\r\n");

    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).first()).isEqualTo("\"He said");
    assertThat(rows.get(0).second()).isEqualTo("no\" again");
    assertThat(rows.get(0).label()).isEqualTo("2.5");
    assertThat(rows.get(0).line()).isEqualTo(2);
  }

  @Test
  void tsv_glueMnliHeader_isRecognised() {
    List<CheckedRow> rows =
        tsv(
            RowFormat.NLI,
            "index\tpromptID\tpairID\tgenre\tsentence1_binary_parse\tsentence2_binary_parse\t"
                + "sentence1_parse\tsentence2_parse\tsentence1\tsentence2\tlabel1\tgold_label\n"
                + "0\t1\t1n\tfiction\tp\tp\tp\tp\tA premise.\tA guess.\tentailment\tneutral\n"
                + "1\t2\t2x\tfiction\tp\tp\tp\tp\tA premise.\tNo gold.\tneutral\t-\n");

    assertThat(rows).extracting(CheckedRow::state).containsExactly(State.GOOD, State.UNLABELLED);
    assertThat(rows.get(0).label()).isEqualTo("1");
    assertThat(rows.get(0).genre()).isEqualTo("fiction");
  }

  @Test
  void tsv_glueStsHeader_isRecognised() {
    List<CheckedRow> rows =
        tsv(
            RowFormat.STS,
            "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2\tscore\n"
                + "0\tmain\tf\t2012\t1\tnone\tnone\tA plane takes off.\tA plane leaves.\t5.000\n");

    assertThat(rows.get(0).label()).isEqualTo("5.0");
  }

  @Test
  void tsv_wrongNumberOfColumns_isMalformedWithTheRawLine() {
    List<CheckedRow> rows = tsv(RowFormat.STS, "sentence1\tsentence2\tscore\nonly\ttwo\n");

    assertMalformed(rows.get(0), "2 columns where 3 are expected");
    assertThat(rows.get(0).raw()).isEqualTo("only\ttwo");
  }

  @Test
  void tsv_invalidUtf8_costsOnlyItsLine() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes("\ufeffsentence1\tsentence2\tscore\n".getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(new byte[] {'a', (byte) 0xC3, '\t', 'b', '\t', '1', '\n'});
    bytes.writeBytes("Zürich\t湖\t1\n".getBytes(StandardCharsets.UTF_8));

    List<CheckedRow> rows =
        rows(FileFormat.TSV, RowFormat.STS, new ByteArrayInputStream(bytes.toByteArray()));

    assertMalformed(rows.get(0), "invalid UTF-8");
    assertThat(rows.get(0).raw()).isEqualTo("a\ufffd\tb\t1");
    assertThat(rows.get(1).first()).isEqualTo("Zürich");
    assertThat(rows.get(1).second()).isEqualTo("湖");
  }

  @Test
  void csv_rfc4180Quotes_areUndone() {
    List<CheckedRow> rows =
        csv(
            RowFormat.INTENTS,
            "text,category\n\"Hi, my \"\"new\"\" card\nis late\",card_arrival\nNext?,other\n");

    assertThat(rows).extracting(CheckedRow::state).containsOnly(State.GOOD);
    assertThat(rows.get(0).first()).isEqualTo("Hi, my \"new\" card\nis late");
    assertThat(rows.get(1).line()).isEqualTo(4);
    assertThat(rows.get(1).label()).isEqualTo("other");
  }

  @Test
  void csv_quoteNotClosed_costsOnlyItsLine() {
    List<CheckedRow> rows = csv(RowFormat.INTENTS, "text,category\n\"open,a\nfirst,b\nsecond,c\n");

    assertMalformed(rows.get(0), "a quote is not closed");
    assertThat(rows.subList(1, 3)).extracting(CheckedRow::label).containsExactly("b", "c");
    assertThat(rows).hasSize(3);
  }

  @Test
  void csv_textAfterQuote_isMalformed() {
    assertMalformed(
        csv(RowFormat.INTENTS, "text,category\n\"a\"b,c\n").get(0), "text after a closing quote");
  }

  @Test
  void csv_stsWithAndWithoutHeader_giveTheSameRows() {
    String row = "\"One, two.\",Three.,4.75\n";

    List<CheckedRow> without = csv(RowFormat.STS, row);
    List<CheckedRow> with = csv(RowFormat.STS, "sentence1,sentence2,score\n" + row);

    assertThat(without).hasSize(1);
    assertThat(without.get(0).first()).isEqualTo("One, two.").isEqualTo(with.get(0).first());
    assertThat(without.get(0).label()).isEqualTo("4.75").isEqualTo(with.get(0).label());
    assertThat(without.get(0).line()).isEqualTo(1);
  }

  @Test
  void jsonl_badLines_areMalformedWithTheReason() {
    List<CheckedRow> rows =
        rows(
            FileFormat.JSON_LINES,
            RowFormat.NLI,
            """
            {"gold_label": "contradiction", "sentence1": "A", "sentence2": "B", "genre": "g"}
            {"gold_label": "entailment", "sentence1": "A"}
            {"gold_label": "maybe", "sentence1": "A", "sentence2": "B"}
            {"gold_label": "neutral", "sentence1": " ", "sentence2": "B"}
            {"gold_label": "neutral", "sentence1": "\\ud800", "sentence2": "B"}
            {"gold_label": null, "sentence1": "A", "sentence2": "B"}
            {"gold_label": "-", "sentence1": "A", "sentence2": "B"}
            [1]
            {"gold_label":
            """);

    assertThat(rows.get(0).label()).isEqualTo("2");
    assertThat(rows)
        .extracting(CheckedRow::reason)
        .containsExactly(
            null,
            "hypothesis is null",
            "label 'maybe' is not one of 0, 1, 2, entailment, neutral, contradiction",
            "sentence1 is blank",
            "sentence1 has a lone surrogate",
            "gold_label is null",
            null,
            "not a JSON object",
            "not readable as JSON");
    assertThat(rows.get(6).state()).isEqualTo(State.UNLABELLED);
  }

  @Test
  void sts_scoreOutOfRange_isMalformed() {
    List<CheckedRow> rows =
        csv(RowFormat.STS, "sentence1,sentence2,score\na,b,5.1\na,b,x\na,b,-1\n");

    assertMalformed(rows.get(0), "label '5.1' is not a number from 0 to 5");
    assertMalformed(rows.get(1), "label 'x' is not a number from 0 to 5");
    assertThat(rows.get(2).state()).isEqualTo(State.UNLABELLED);
  }

  @Test
  void anyFormat_layoutUnknown_isRefused() {
    assertThatThrownBy(() -> csv(RowFormat.NLI, "a,b,c\n1,2,3\n"))
        .isInstanceOf(LayoutException.class)
        .hasMessage("no column premise or sentence1; found a, b, c");
    assertThatThrownBy(() -> csv(RowFormat.NLI, "\n")).hasMessage("the file is empty");
    assertThatThrownBy(() -> rows(FileFormat.JSON_LINES, RowFormat.NLI, ""))
        .hasMessage("the file is empty");
  }

  @Test
  void rawFilesOfTheRealSets_areReadWhole() throws IOException {
    assertThat(shared("multinli_first2000.tsv", RowFormat.NLI)).hasSize(2000);
    assertThat(shared("multinli_first2000.tsv", RowFormat.NLI))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("line")
        .isEqualTo(shared("multinli_first2000.jsonl", RowFormat.NLI));
    assertThat(shared("stsb-dev.csv", RowFormat.STS)).hasSize(1500);
    assertThat(shared("banking77-test.csv", RowFormat.INTENTS)).hasSize(3080);
  }

  private static List<CheckedRow> shared(String name, RowFormat format) throws IOException {
    try (InputStream in = Files.newInputStream(SharedData.path("data/raw/" + name))) {
      List<CheckedRow> rows = rows(FileFormat.of(name).orElseThrow(), format, in);
      assertThat(rows).extracting(CheckedRow::state).containsOnly(State.GOOD);
      return rows;
    }
  }

  private static void assertMalformed(CheckedRow row, String reason) {
    assertThat(row.state()).isEqualTo(State.MALFORMED);
    assertThat(row.reason()).isEqualTo(reason);
  }

  private static List<CheckedRow> tsv(RowFormat rows, String text) {
    return rows(FileFormat.TSV, rows, text);
  }

  private static List<CheckedRow> csv(RowFormat rows, String text) {
    return rows(FileFormat.CSV, rows, text);
  }

  private static List<CheckedRow> rows(FileFormat format, RowFormat rows, String text) {
    return rows(format, rows, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<CheckedRow> rows(FileFormat format, RowFormat rows, InputStream in) {
    SourceFile file = new SourceFile(rows, format, "train", "f", "f", 0, Long.MAX_VALUE);
    return TextFileRows.checked(file, in).toList();
  }
}
