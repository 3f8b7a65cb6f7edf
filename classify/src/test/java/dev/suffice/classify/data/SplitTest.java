package dev.suffice.classify.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Splits are the same each time, of about the share asked for, and no text is on both sides. */
class SplitTest {
    private static LabelledTexts texts(int count) {
        return new LabelledTexts(
                "train.tsv",
                IntStream.range(0, count)
                        .mapToObj(i -> new Row(i + 1, new LabelledText("text " + i, "1")))
                        .toList());
    }

    private static List<Integer> lines(LabelledTexts texts) {
        return texts.rows().stream().map(Row::line).toList();
    }

    @Test
    void everyTextIsOnOneSide() {
        var texts = texts(4000);
        for (double share : new double[] {0.02, 0.2, 0.5, 0.9}) {
            var split = Split.of(texts, share, 7);
            double deviation = Math.sqrt(share * (1 - share) * 4000);
            assertThat(Math.abs(split.chosen().size() - share * 4000)).isLessThan(4 * deviation);
            assertThat(lines(split.chosen())).isSorted().doesNotContainAnyElementsOf(lines(split.rest()));
            assertThat(lines(split.rest())).isSorted();
            assertThat(split.chosen().size() + split.rest().size()).isEqualTo(4000);
            assertThat(split.rest().source()).isEqualTo("train.tsv");
        }
    }

    @Test
    void theSameSeedGivesTheSameSplitWhateverElseThereIs() {
        var small = Split.of(texts(500), 0.3, 5);
        assertThat(Split.of(texts(500), 0.3, 5)).isEqualTo(small);
        assertThat(Split.of(texts(500), 0.3, 6)).isNotEqualTo(small);
        assertThat(lines(Split.of(texts(1000), 0.3, 5).chosen())).containsAll(lines(small.chosen()));
        assertThat(lines(Split.of(texts(500), 0.4, 5).chosen())).containsAll(lines(small.chosen()));
    }

    @Test
    void sidesDoNotDependOnTheSideOfAnotherSeed() {
        var first = lines(Split.of(texts(4000), 0.5, 1).chosen());
        var second = Split.of(Split.of(texts(4000), 0.5, 1).chosen(), 0.5, 2);
        assertThat(second.chosen().size()).isBetween(first.size() / 2 - 150, first.size() / 2 + 150);
    }

    @Test
    void repeatedTextsAreOnTheSameSide() {
        var texts = new LabelledTexts(
                "train.tsv",
                IntStream.range(0, 900)
                        .mapToObj(i -> new Row(
                                i + 1,
                                new LabelledText(
                                        (i >= 600 ? "TEXT  " : "text ") + i % 300 + " ".repeat(i / 300), "" + i)))
                        .toList());
        var split = Split.of(texts, 0.4, 3);
        assertThat(split.chosen().size() % 3).isZero();
        assertThat(Overlap.of(KnownTexts.of(split.chosen()), split.rest()).isEmpty())
                .isTrue();
        assertThat(split.chosen().size()).isBetween(270, 450);
    }

    @Test
    void whatIsNoSplitIsRefused() {
        for (double share : new double[] {0, 1, -0.5, 20, Double.NaN}) {
            assertThatThrownBy(() -> Split.of(texts(10), share, 0))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage("share " + share + ": must be above 0 and below 1");
        }
        assertThatThrownBy(() -> Split.of(texts(1), 0.5, 0))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("share 0.5 of train.tsv: all 1 texts are on one side; take another share or more texts");
    }
}
