package dev.suffice.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StopTextsTest {
    @Test
    void textIsHeldBackWhileItMayBecomeAStop() {
        var stops = new StopTexts(List.of("\n\n", "END"));
        assertThat(stops.accept("one\n")).isEqualTo("one");
        assertThat(stops.accept("two E")).isEqualTo("\ntwo ");
        assertThat(stops.accept("N")).isEmpty();
        assertThat(stops.accept("ough")).isEqualTo("ENough");
        assertThat(stops.accept(" and END more")).isEqualTo(" and ");
        assertThat(stops.stopped()).isTrue();
        assertThat(stops.accept("never")).isEmpty();
        assertThat(stops.flush()).isEmpty();
    }

    @Test
    void whatWasHeldBackComesAtTheEnd() {
        var stops = new StopTexts(List.of("###"));
        assertThat(stops.accept("a##")).isEqualTo("a");
        assertThat(stops.flush()).isEqualTo("##");
        assertThat(stops.stopped()).isFalse();
    }

    /** Whatever the pieces, the text is what stands before the first stop. */
    @Test
    void piecesDoNotMatter() {
        var random = new SplittableRandom(4);
        for (int trial = 0; trial < 2000; trial++) {
            var text = letters(random, 30);
            var stops = List.of(letters(random, 3), letters(random, 2));
            var searcher = new StopTexts(stops);
            var given = new StringBuilder();
            for (int at = 0; at < text.length(); ) {
                int to = Math.min(text.length(), at + 1 + random.nextInt(4));
                given.append(searcher.accept(text.substring(at, to)));
                at = to;
            }
            given.append(searcher.flush());
            int end = text.length();
            for (var stop : stops) {
                int found = text.indexOf(stop);
                end = found >= 0 ? Math.min(end, found) : end;
            }
            // A stop that is complete first wins, even if another one began before it.
            assertThat(given.toString()).startsWith(text.substring(0, end)).hasSizeLessThanOrEqualTo(end + 3);
        }
    }

    private static String letters(SplittableRandom random, int count) {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append((char) ('a' + random.nextInt(3)));
        }
        return text.toString();
    }
}
