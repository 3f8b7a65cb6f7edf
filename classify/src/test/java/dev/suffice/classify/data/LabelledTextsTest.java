package dev.suffice.classify.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of every format, and what is wrong with a file is told with its line. */
class LabelledTextsTest {
    private static final String KNOWN =
            "a text (text, sentence, review, content) or a pair (sentence1, sentence2) and a label (label, labels, class, score, target)";

    @TempDir
    private Path folder;

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private List<Labelled> contents(String name, String content) throws IOException {
        return LabelledTexts.read(file(name, content)).contents();
    }

    private void refused(String name, String content, String message) throws IOException {
        refused(file(name, content), new Columns.Usual(), message);
    }

    private void refused(Path file, Columns columns, String message) {
        assertThatThrownBy(() -> LabelledTexts.read(file, columns))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(file + message);
    }

    @Test
    void tabsAreReadAsGlueHasThem() throws IOException {
        var texts = LabelledTexts.read(
                file("a.tsv", "sentence\tlabel\nit 's \"fine \t1\n\nnot, so\t 0 \r\nit 's \"fine \t1"));
        assertThat(texts.rows())
                .containsExactly(
                        new Row(2, new LabelledText("it 's \"fine ", "1")),
                        new Row(4, new LabelledText("not, so", "0")),
                        new Row(5, new LabelledText("it 's \"fine ", "1")));
        assertThat(texts.size()).isEqualTo(3);
        assertThat(texts.source()).endsWith("a.tsv");
    }

    @ParameterizedTest
    @CsvSource({
        "text,label",
        "sentence,class",
        "Review,SCORE",
        "content,target",
        "text,labels",
        "' text ','Label '",
    })
    void headersAreKnownByTheirNames(String text, String label) throws IOException {
        assertThat(contents("a.tsv", "id\t%s\t%s\n7\tgood\tyes\n".formatted(text, label)))
                .containsExactly(new LabelledText("good", "yes"));
        assertThat(contents("a.csv", "%s,id,%s\nyes,7,good\n".formatted(label, text)))
                .containsExactly(new LabelledText("good", "yes"));
        assertThat(contents("a.jsonl", "{\"%s\":\"good\",\"%s\":\"yes\"}".formatted(text, label)))
                .containsExactly(new LabelledText("good", "yes"));
    }

    @ParameterizedTest
    @CsvSource({
        "sentence1,sentence2",
        "text1,text2",
        "text,text2",
        "Text,text_pair",
        "#1 String,#2 String",
        "question1,question2",
        "premise,hypothesis",
        "question,sentence",
    })
    void pairsAreKnownByTheirNames(String first, String second) throws IOException {
        var pair = new LabelledPair("one", "two", "same");
        assertThat(contents("a.tsv", "index\t%s\t%s\tlabel\n0\tone\ttwo\tsame\n".formatted(first, second)))
                .containsExactly(pair);
        assertThat(contents("a.csv", "label,%s,%s\nsame,two,one\n".formatted(second, first)))
                .containsExactly(pair);
        assertThat(contents("a.jsonl", "{\"%s\":\"one\",\"%s\":\"two\",\"label\":\"same\"}".formatted(first, second)))
                .containsExactly(pair);
    }

    @Test
    void labelsOfGlueAreKnown() throws IOException {
        for (var label : List.of("is_duplicate", "Quality", "gold_label")) {
            assertThat(contents("a.tsv", "sentence1\tsentence2\t%s\none\ttwo\t1\n".formatted(label)))
                    .containsExactly(new LabelledPair("one", "two", "1"));
        }
        assertThat(contents("a.tsv", "text\tquality\tlabel\none\tgood\t1\n"))
                .containsExactly(new LabelledText("one", "1"));
    }

    @Test
    void halfAPairIsRefused() throws IOException {
        refused(
                "a.tsv",
                "sentence1\tlabel\none\t1\n",
                ", line 1: columns sentence1, label: sentence1 is one text of a pair, and there is no sentence2; name the columns (--columns)");
        refused(
                "a.jsonl",
                "{\"premise\":\"a\",\"hypothesis\":\"b\",\"label\":1}\n{\"hypothesis\":\"b\",\"label\":1}",
                ", line 2: columns hypothesis, label: hypothesis is one text of a pair, and there is no premise; name the columns (--columns)");
        refused(
                "b.tsv",
                "sentence1\tsentence2\tlabel\none\t\t1\n",
                ", line 2: second text empty; fill it in or remove the line");
        refused(
                "c.tsv",
                "sentence1\tsentence2\tlabel\none\t1\n",
                ", line 2: columns 2: must be 3 (sentence1, sentence2, label), separated by tabs");
    }

    @Test
    void columnsAreNamedInOrder() throws IOException {
        var made = file("a.csv", "a,b,c\none,two,1\n");
        assertThat(LabelledTexts.read(made, Columns.named(List.of("b", "c"))).contents())
                .containsExactly(new LabelledText("two", "1"));
        assertThat(LabelledTexts.read(made, Columns.named(List.of("b", "a", "c")))
                        .contents())
                .containsExactly(new LabelledPair("two", "one", "1"));
        assertThat(Columns.named(List.of())).isEqualTo(new Columns.Usual());
        assertThatThrownBy(() -> Columns.named(List.of("a")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("columns a: must be two, of a text and its label, or three, of two texts and their label");
    }

    @Test
    void withoutAHeaderThereAreTextAndLabel() throws IOException {
        assertThat(contents("a.tsv", "good\tyes\nbad\tno\n"))
                .containsExactly(new LabelledText("good", "yes"), new LabelledText("bad", "no"));
        assertThat(contents("a.csv", "good,yes\nbad,no\n"))
                .containsExactly(new LabelledText("good", "yes"), new LabelledText("bad", "no"));
        refused(
                "b.tsv",
                "1\tgood\tyes\n",
                ", line 1: columns 3: a table without a header has text and label, separated by tabs; or the first line must name "
                        + KNOWN + "; or name the columns (--columns)");
        refused(
                "b.csv",
                "good\tyes\n",
                ", line 1: columns 1: a table without a header has text and label, separated by commas; or the first line must name "
                        + KNOWN + "; or name the columns (--columns)");
    }

    @Test
    void columnsCanBeNamed() throws IOException {
        var file = file("a.tsv", "id\tphrase\tother\tsentiment\n4\tgood\tbad\tyes\n");
        assertThat(LabelledTexts.read(file, new Columns.Text("phrase", "sentiment"))
                        .contents())
                .containsExactly(new LabelledText("good", "yes"));
        assertThat(LabelledTexts.read(file, new Columns.Pair("phrase", "other", "sentiment"))
                        .contents())
                .containsExactly(new LabelledPair("good", "bad", "yes"));
        refused(
                file,
                new Columns.Text("phrase", "mood"),
                ", line 1: column mood: missing; the first line has id, phrase, other, sentiment");
        refused(
                file("b.csv", "a,b,a\n1,2,3\n"),
                new Columns.Text("a", "b"),
                ", line 1: column a: there are 2; the first line has a, b, a");
        var json = file("a.jsonl", "{\"phrase\": \"good\", \"text\": \"bad\", \"mood\": 1}\n");
        assertThat(LabelledTexts.read(json, new Columns.Text("phrase", "mood")).contents())
                .containsExactly(new LabelledText("good", "1"));
        refused(
                json,
                new Columns.Text("phrase", "label"),
                ", line 1: field label: missing; there are phrase, text, mood");
    }

    @Test
    void namesThatMayMeanTheSameAreNotGuessed() throws IOException {
        refused(
                "a.csv",
                "text,content,label\na,b,c\n",
                ", line 1: columns text, content: each may be the text; name the one that is meant (--columns)");
        refused(
                "b.tsv",
                "text\tscore\tlabel\na\tb\tc\n",
                ", line 1: columns score, label: each may be the label; name the one that is meant (--columns)");
    }

    @Test
    void cellsInQuotesHaveWhateverTheyLike() throws IOException {
        var texts = LabelledTexts.read(
                file("a.csv", "text,label\r\n\"a, \"\"b\"\"\nc\",x\r\n\r\n plain ,\"y\"\r\n\"\nd\n\n\",x"));
        assertThat(texts.rows())
                .containsExactly(
                        new Row(2, new LabelledText("a, \"b\"\nc", "x")),
                        new Row(5, new LabelledText("plain ", "y")),
                        new Row(6, new LabelledText("\nd\n\n", "x")));
    }

    @Test
    void quotesThatAreNotClosedAreRefused() throws IOException {
        assertThatThrownBy(() -> LabelledTexts.read(file("a.csv", "text,label\na,b\n\"c,d\ne,f\n")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("a.csv, line 3: not comma-separated: Missing closing quote");
        assertThatThrownBy(() -> LabelledTexts.read(file("b.csv", "text,label\n\"c\" c,d\n")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("b.csv, line 2: not comma-separated: Unexpected character");
        assertThatThrownBy(() -> LabelledTexts.read(file("c.csv", "text,label\na,\"" + "x\n".repeat(600_000) + "\"\n")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("c.csv, line 2: not comma-separated: String value length (");
        refused(
                "d.csv",
                "text,label\n" + "\"\n\",".repeat(1200) + "\n",
                ", line 2: more than 1000 columns; is a quote missing?");
    }

    @Test
    void labelsInJsonAreTextsOrNumbers() throws IOException {
        assertThat(
                        contents(
                                "a.json",
                                "{\"text\":\"a\",\"label\":1}\n\n{\"text\":\"b\\n\\\"c\",\"label\":\" x \",\"more\":[1]}\n{\"label\":-2.0,\"text\":\"d\"}\n{\"label\":0.5,\"text\":\"e\"}\n{\"label\":3e2,\"text\":\"f\"}"))
                .containsExactly(
                        new LabelledText("a", "1"),
                        new LabelledText("b\n\"c", "x"),
                        new LabelledText("d", "-2"),
                        new LabelledText("e", "0.5"),
                        new LabelledText("f", "300"));
        for (var label : List.of("true", "[1]", "{}", "1e999999")) {
            refused(
                    "b.jsonl",
                    "{\"text\":\"a\",\"label\":%s}\n".formatted(label),
                    ", line 1: field label: must be a text or a number");
        }
        refused("c.jsonl", "{\"text\":\"a\",\"label\":null}", ", line 1: field label: missing; there are text, label");
        refused("d.jsonl", "{\"text\":5,\"label\":1}", ", line 1: field text: must be a text in quotes");
    }

    @Test
    void tokensHaveALabelEach() throws IOException {
        assertThat(contents("a.jsonl", "{\"tokens\":[\"In\",\"Rome\"],\"labels\":[0,\"LOC\"],\"id\":3}\n"))
                .containsExactly(new LabelledTokens(List.of("In", "Rome"), List.of("0", "LOC")));
        assertThat(contents("b.jsonl", "{\"words\":[\"In\"],\"ner_tags\":[7]}\n"))
                .containsExactly(new LabelledTokens(List.of("In"), List.of("7")));
        refused(
                "c.jsonl",
                "{\"tokens\":[\"In\",\"Rome\"],\"labels\":[0]}\n",
                ", line 1: 2 tokens and 1 labels: each token needs one label");
        refused(
                "d.jsonl",
                "{\"tokens\":[],\"labels\":[]}\n",
                ", line 1: tokens empty; fill them in or remove the line");
        refused("e.jsonl", "{\"tokens\":\"In\",\"labels\":[0]}\n", ", line 1: field tokens: must be a list");
        refused("f.jsonl", "{\"tokens\":[1],\"labels\":[0]}\n", ", line 1: field tokens: must be a text in quotes");
        refused(
                "g.jsonl",
                "{\"tokens\":[\" \"],\"labels\":[0]}\n",
                ", line 1: a token is empty; fill it in or remove the line");
        refused(
                "h.tsv",
                "tokens\tlabels\na b\t0 1\n",
                ", line 1: column tokens: words with a label each are lists, which only .jsonl has");
        refused(
                file("i.csv", "w,t\na b,0 1\n"),
                new Columns.Tokens("w", "t"),
                ", line 1: column w: words with a label each are lists, which only .jsonl has");
    }

    @Test
    void aFileHasOneKindOfContent() throws IOException {
        refused(
                "a.jsonl",
                "{\"text\":\"a\",\"label\":1}\n{\"tokens\":[\"a\"],\"labels\":[1]}\n",
                ", line 2: tokens, but the file begins with one text; make two files of it");
    }

    @Test
    void whatIsNoJsonObjectIsRefused() throws IOException {
        var wanted = ", line 2: not a JSON object; must be like {\"text\": \"...\", \"label\": \"...\"}, one a line";
        refused("a.jsonl", "{\"text\":\"a\",\"label\":1}\n[1]\n", wanted);
        refused("b.jsonl", "\n\"text\"\n", wanted);
        for (var line : List.of("{\"text\":", "{\"text\":\"a\",\"text\":\"b\",\"label\":1}", "{} {}", "x")) {
            assertThatThrownBy(() -> LabelledTexts.read(file("c.jsonl", "\n\n" + line + "\n")))
                    .as(line)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("c.jsonl, line 3: ");
        }
        refused(
                "d.jsonl",
                "{\"body\":\"a\",\"label\":1}\n",
                ", line 1: fields body, label: must have " + KNOWN
                        + ", or tokens and labels; or name the columns (--columns)");
    }

    @Test
    void whatIsMissingIsToldWithItsLine() throws IOException {
        refused("a.tsv", "text\tlabel\na\t1\nb\n", ", line 3: columns 1: must be 2 (text, label), separated by tabs");
        refused(
                "b.tsv",
                "text\tlabel\na\t1\nb\tc\t1\n",
                ", line 3: columns 3: must be 2 (text, label), separated by tabs");
        refused(
                "c.csv",
                "text,label\na,1\n\"b\n\",1\nb, c,1\n",
                ", line 5: columns 3: must be 2 (text, label), separated by commas");
        refused("d.tsv", "text\tlabel\n \t1\n", ", line 2: text empty; fill it in or remove the line");
        refused("e.tsv", "text\tlabel\na\t \n", ", line 2: label empty; fill it in or remove the line");
        refused("f.csv", "text,label\n\"\",1\n", ", line 2: text empty; fill it in or remove the line");
        refused("g.jsonl", "{\"text\":\"a\",\"label\":\"\"}", ", line 1: label empty; fill it in or remove the line");
        refused(
                "h.tsv",
                "sentence1\tsentence2\tlabel\na\t\t1\n",
                ", line 2: second text empty; fill it in or remove the line");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.tsv", "a.csv", "a.jsonl"})
    void bytesThatAreNoTextAreRefused(String name) throws IOException {
        var separator = name.equals("a.csv") ? "," : "\t";
        var good = name.equals("a.jsonl") ? "{\"text\":\"é😀\",\"label\":1}\n" : "é😀%s1\n".formatted(separator);
        var bytes = good.repeat(3).getBytes(StandardCharsets.UTF_8);
        var file = Files.write(folder.resolve(name), bytes);
        assertThat(LabelledTexts.read(file).size()).isEqualTo(3);
        bytes[bytes.length - 4] = (byte) 0xff;
        refused(Files.write(file, bytes), new Columns.Usual(), ", line 3: not text in UTF-8; convert the file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.tsv", "a.csv", "a.jsonl"})
    void aByteOrderMarkIsPassedOver(String name) throws IOException {
        var separator = name.equals("a.csv") ? "," : "\t";
        var content = name.equals("a.jsonl")
                ? "{\"text\":\"a\",\"label\":1}\n"
                : "text%slabel\na%s1\n".formatted(separator, separator);
        assertThat(contents(name, "\uFEFF" + content)).containsExactly(new LabelledText("a", "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.tsv", "a.csv", "a.jsonl"})
    void longLinesAndManyRowsAreRefused(String name) throws IOException {
        var separator = name.equals("a.csv") ? "," : "\t";
        var row = name.equals("a.jsonl") ? "{\"text\":\"%s\",\"label\":1}\n" : "%s" + separator + "1\n";
        var file = file(name, row.formatted("a").repeat(3) + row.formatted("a".repeat(1000)));
        assertThatThrownBy(() -> LabelledTexts.read(file, new Columns.Usual(), new Limits(10_000, 1000, 10)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(file + ", line 4: longer than 1000 bytes; is it a text file with one text a line?");
        assertThatThrownBy(() -> LabelledTexts.read(file, new Columns.Usual(), new Limits(10_000, 2000, 3)))
                .hasMessage("texts " + file + ": more than 3; split it");
        assertThatThrownBy(() -> LabelledTexts.read(file, new Columns.Usual(), new Limits(1000, 2000, 10)))
                .hasMessageStartingWith("texts " + file + ": ")
                .hasMessageEndingWith(" bytes, at most 1000; split it");
        assertThat(LabelledTexts.read(file, new Columns.Usual(), new Limits(10_000, 1100, 4))
                        .size())
                .isEqualTo(4);
    }

    @Test
    void filesThatAreNoneAreRefused() throws IOException {
        for (var content : List.of("", "\n\n", "text\tlabel\n")) {
            assertThatThrownBy(() -> LabelledTexts.read(file("a.tsv", content)))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage("texts %s: there is none; expected a text and its label a line"
                            .formatted(folder.resolve("a.tsv")));
        }
        assertThatThrownBy(() -> LabelledTexts.read(file("a.csv", ""))).hasMessageContaining("there is none");
        assertThatThrownBy(() -> LabelledTexts.read(file("a.jsonl", ""))).hasMessageContaining("there is none");
        assertThatThrownBy(() -> LabelledTexts.read(folder.resolve("b.tsv")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("texts %s: no such file".formatted(folder.resolve("b.tsv")));
        assertThatThrownBy(() -> LabelledTexts.read(file("a.parquet", "")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "texts %s: the format is told by the end of the name; must be one of .tsv, .csv, .jsonl, .json"
                                .formatted(folder.resolve("a.parquet")));
        Files.createDirectory(folder.resolve("c.tsv"));
        assertThatThrownBy(() -> LabelledTexts.read(folder.resolve("c.tsv")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("texts %s: cannot be read (".formatted(folder.resolve("c.tsv")));
    }
}
