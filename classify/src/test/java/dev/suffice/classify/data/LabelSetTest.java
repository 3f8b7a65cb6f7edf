package dev.suffice.classify.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which labels there are, in which order, and that others are refused. */
class LabelSetTest {
    private static LabelledTexts labelled(String... labels) {
        var rows = new ArrayList<Row>();
        for (var label : labels) {
            rows.add(new Row(rows.size() + 2, new LabelledText("text", label)));
        }
        return new LabelledTexts("train.tsv", rows);
    }

    @Test
    void numbersAreSortedAsNumbers() {
        assertThat(LabelSet.of(labelled("10", "9", "-1", "9", "0.5")).labels()).containsExactly("-1", "0.5", "9", "10");
        assertThat(LabelSet.of(labelled("10", "9", "b", "B")).labels()).containsExactly("10", "9", "B", "b");
        assertThat(LabelSet.of(labelled("1", "01")).labels()).containsExactly("01", "1");
        assertThat(LabelSet.of(labelled("1e9", "2")).labels())
                .as("names that look like numbers to Java only")
                .containsExactly("1e9", "2");
    }

    @Test
    void rowsGetTheNumbersOfTheirLabels() {
        var set = LabelSet.of(labelled("no", "yes"));
        assertThat(set.size()).isEqualTo(2);
        assertThat(set.indices(labelled("yes", "no", "yes")))
                .containsExactly(new int[] {1}, new int[] {0}, new int[] {1});
        var tokens = new LabelledTexts(
                "t.jsonl", List.of(new Row(1, new LabelledTokens(List.of("a", "b"), List.of("yes", "no")))));
        assertThat(set.indices(tokens)).containsExactly(new int[] {1, 0});
        assertThat(LabelSet.of(tokens)).isEqualTo(set).hasSameHashCodeAs(set).hasToString("[no, yes]");
    }

    @Test
    void labelsThatWereNotTrainedAreRefused() {
        assertThatThrownBy(() -> LabelSet.of(labelled("no", "yes")).indices(labelled("no", "maybe")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("train.tsv, line 3: label \"maybe\" was not trained; must be one of no, yes");
        var many = LabelSet.of(
                labelled(IntStream.range(0, 30).mapToObj(Integer::toString).toArray(String[]::new)));
        assertThatThrownBy(() -> many.indices(labelled("30")))
                .hasMessageEndingWith(
                        "must be one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, ...");
    }

    @Test
    void whatIsNoSetOfClassesIsRefused() {
        assertThatThrownBy(() -> LabelSet.of(labelled("1", "1")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("train.tsv: label: only \"1\" occurs; classification needs two");
        assertThatThrownBy(() -> new LabelSet(List.of())).hasMessage("label: there is none; classification needs two");
        assertThatThrownBy(() -> new LabelSet(List.of("a", "b", "a")))
                .hasMessage("label \"a\": occurs twice; each must be once");
        assertThatThrownBy(() -> new LabelSet(List.of("a", " ")))
                .hasMessage("label empty; fill it in or remove the line");
        var texts = IntStream.range(0, 1001).mapToObj(i -> "text " + i).toArray(String[]::new);
        assertThatThrownBy(() -> LabelSet.of(labelled(texts)))
                .hasMessage(
                        "train.tsv: label: 1001 different ones such as \"text 0\", at most 1000; is that the label's column?");
    }
}
