package io.silverspark.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.SharedData;
import io.silverspark.jobs.files.LayoutException;
import io.silverspark.jobs.ingest.CheckedRow.State;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.zip.GZIPOutputStream;
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
            "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2"
                + "\tscore\n"
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

    assertMalformed(
        rows.get(0), "invalid UTF-8: byte 0xC3 at position 2; perhaps Latin-1 or Windows-1252");
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
  void sts_numbers_arePlainDecimals() {
    List<CheckedRow> good =
        csv(RowFormat.STS, "sentence1,sentence2,score\na,b,1e0\na,b, 2 \na,b,+.5\na,b,-0.0\n");
    assertThat(good).extracting(CheckedRow::label).containsExactly("1.0", "2.0", "0.5", "0.0");

    for (String number :
        List.of("3f", "4d", "0x1p1", "NaN", "Infinity", "1e400", " 1_000", "\uff13", "1,5", "")) {
      List<CheckedRow> rows = tsv(RowFormat.STS, "sentence1\tsentence2\tscore\na\tb\t" + number);
      assertMalformed(
          rows.get(0),
          number.isEmpty()
              ? "score is blank"
              : "label '%s' is not a number from 0 to 5".formatted(number));
    }
    List<CheckedRow> json =
        rows(
            FileFormat.JSON_LINES,
            RowFormat.STS,
            """
            {"sentence1": "a", "sentence2": "b", "score": 1e400}
            {"sentence1": "a", "sentence2": "b", "score": "2.50"}
            {"sentence1": "a", "sentence2": "b", "score": true}
            """);
    assertMalformed(json.get(0), "label '1e400' is not a number from 0 to 5");
    assertThat(json.get(1).label()).isEqualTo("2.5");
    assertMalformed(json.get(2), "label 'true' is not a number from 0 to 5");
  }

  @Test
  void nli_wholeFloats_areIntegers() {
    List<CheckedRow> rows =
        csv(
            RowFormat.NLI,
            "premise,hypothesis,label\na,b,0.0\na,b,2.0\na,b,1.5\na,b,\na,b,-1.0\na,b,Neutral \n");

    assertThat(rows).extracting(CheckedRow::label).containsExactly("0", "2", null, null, null, "1");
    assertMalformed(
        rows.get(2), "label '1.5' is not one of 0, 1, 2, entailment, neutral, contradiction");
    assertMalformed(rows.get(3), "label is blank");
    assertThat(rows.get(4).state()).isEqualTo(State.UNLABELLED);
    assertThat(
            rows(
                FileFormat.JSON_LINES,
                RowFormat.INTENTS,
                "{\"text\": \"a\", \"label\": 3.0}\n{\"text\": \"a\", \"label\": \"v1.10\"}")
                .stream())
        .extracting(CheckedRow::label)
        .containsExactly("3", "v1.10");
  }

  @Test
  void jsonl_nestedOrRepeatedFields_areMalformedByName() {
    List<CheckedRow> rows =
        rows(
            FileFormat.JSON_LINES,
            RowFormat.NLI,
            """
            {"premise": ["a", "tok"], "hypothesis": "b", "label": 0}
            {"premise": "a", "hypothesis": {"en": "x"}, "label": 1}
            {"premise": "a", "hypothesis": "b", "label": [0]}
            {"premise": "a", "hypothesis": "b", "label": 0, "label": 1}
            {"premise": "a", "hypothesis": "b", "label": 0, "Label": 1}
            {"Premise": "a", "HYPOTHESIS": "b", "label": 0, "tokens": [1], "x": 1, "x": 2}
            {"premise": "a\\u0000", "hypothesis": "b", "label": 0}
            {"premise": "a", "hypothesis": "b", "label": 0} {}
            """);

    assertThat(rows)
        .extracting(CheckedRow::reason)
        .containsExactly(
            "premise is a JSON array, expected a text or a number",
            "hypothesis is a JSON object, expected a text or a number",
            "label is a JSON array, expected a text or a number",
            "column 'label' occurs 2 times, and must occur once",
            "columns 'label' and 'Label' differ in case only; remove or rename one",
            null,
            "premise has a NUL character",
            "not readable as JSON");
    assertThat(rows.get(5).first()).isEqualTo("a");
  }

  @Test
  void json_nullInTheFirstChoice_isNoReasonForTheSecond() {
    assertMalformed(
        rows(
                FileFormat.JSON_LINES,
                RowFormat.INTENTS,
                "{\"text\": \"a\", \"label_text\": null, \"label\": 3}")
            .get(0),
        "label_text is null");
  }

  @Test
  void header_columnTwice_isRefusedByName() {
    assertThatThrownBy(() -> csv(RowFormat.STS, "sentence1,sentence2,score,score\na,b,3,5\n"))
        .isInstanceOf(LayoutException.class)
        .hasMessage("column 'score' occurs 2 times, and must occur once");
    assertThatThrownBy(() -> tsv(RowFormat.STS, "sentence1\tSentence1\tsentence2\tscore\n"))
        .hasMessage(
            "columns 'sentence1' and 'Sentence1' differ in case only; remove or rename one");
    assertThat(csv(RowFormat.STS, "x,x,Sentence1,SENTENCE2,Score\n1,2,a,b,3\n").get(0).label())
        .as("case and unused columns do not matter")
        .isEqualTo("3.0");
  }

  @Test
  void otherEncodings_areNamed() throws IOException {
    String text = "sentence1,sentence2,score\na,b,3\n";
    assertUnreadable(
        "\ufeff" + text, "UTF-16LE", "the file is UTF-16 (little endian); convert it to UTF-8");
    assertUnreadable(
        "\ufeff" + text, "UTF-16BE", "the file is UTF-16 (big endian); convert it to UTF-8");
    assertUnreadable(
        "\ufeff" + text, "UTF-32LE", "the file is UTF-32 (little endian); convert it to UTF-8");
    assertUnreadable(
        "\ufeff" + text, "UTF-32BE", "the file is UTF-32 (big endian); convert it to UTF-8");
    assertUnreadable(
        text,
        "UTF-16LE",
        "the file looks like UTF-16 (little endian) without byte order mark; convert it to UTF-8");
    assertUnreadable(
        text,
        "UTF-16BE",
        "the file looks like UTF-16 (big endian) without byte order mark; convert it to UTF-8");
    assertUnreadable(
        text,
        "UTF-32BE",
        "the file looks like UTF-32 (big endian) without byte order mark; convert it to UTF-8");
    assertUnreadable(
        text.replace('\n', '\r'),
        "UTF-8",
        "the lines end in CR alone, as on old Macs; convert them to LF");
    assertUnreadable(
        "s\u00e9ntence1,sentence2,score\na,b,3\n",
        "ISO-8859-1",
        "the first line is malformed: invalid UTF-8: byte 0xE9 at position 2; perhaps Latin-1 or"
            + " Windows-1252");
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(zipped)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    assertUnreadable(
        zipped.toByteArray(),
        "the file is compressed by gzip; decompress it, or for ingest let its name end with .gz");
    assertThat(csv(RowFormat.STS, "\ufeff" + text.replace("\n", "\r\n")).get(0).label())
        .isEqualTo("3.0");
    assertMalformed(csv(RowFormat.STS, text + "a\0,b,3\n").get(1), "sentence1 has a NUL character");
  }

  private static void assertUnreadable(String text, String charset, String message) {
    assertUnreadable(text.getBytes(Charset.forName(charset)), message);
  }

  private static void assertUnreadable(byte[] bytes, String message) {
    assertThatThrownBy(() -> rows(FileFormat.CSV, RowFormat.STS, new ByteArrayInputStream(bytes)))
        .isInstanceOf(LayoutException.class)
        .hasMessage(message);
  }

  @Test
  void anyFormat_layoutUnknown_isRefused() {
    assertThatThrownBy(() -> csv(RowFormat.NLI, "a,b,c\n1,2,3\n"))
        .isInstanceOf(LayoutException.class)
        .hasMessage(
            "no column premise or sentence1; found a, b, c. data.nli.columns maps other names");
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
    SourceFile file =
        new SourceFile(rows, format, "train", "f", "f", 0, Long.MAX_VALUE, SourceFile.Mapping.NONE);
    return TextFileRows.checked(file, in).toList();
  }
}
