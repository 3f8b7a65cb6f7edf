package dev.suffice.language.speculate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.language.sampling.SamplingOptions;
import dev.suffice.language.sampling.TokenRule;
import dev.suffice.language.sampling.Writing;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against looking through the whole sequence. */
class SuffixAutomatonTest {
    private static final Writing WRITING = Writing.of(SamplingOptions.greedy(), new int[] {0}, TokenRule.NONE);

    @Test
    void countsAndMatchesAreThoseOfAPlainSearch() {
        var random = new SplittableRandom(3);
        for (int trial = 0; trial < 40; trial++) {
            int alphabet = 2 + random.nextInt(4);
            var automaton = new SuffixAutomaton();
            var text = new ArrayList<Integer>();
            var match = SuffixAutomaton.Match.NONE;
            for (int i = 0; i < 80; i++) {
                int token = random.nextInt(alphabet);
                match = automaton.advance(automaton.settled(match), token);
                text.add(token);
                assertThat(match.length()).isEqualTo(longestEarlier(text));
                automaton.add(token);
                match = automaton.settled(match);
                if (match.length() > 0) {
                    var suffix = text.subList(text.size() - match.length(), text.size());
                    assertThat(automaton.count(match.state())).isEqualTo(occurrences(text, suffix));
                }
            }
            assertThat(automaton.size()).isLessThanOrEqualTo(2 * text.size());
        }
    }

    /** Length of the longest end of a text that also occurs before its last token. */
    private static int longestEarlier(List<Integer> text) {
        var before = text.subList(0, text.size() - 1);
        int length = 0;
        while (length < text.size() - 1
                && occurrences(before, text.subList(text.size() - length - 1, text.size())) > 0) {
            length++;
        }
        return length;
    }

    private static int occurrences(List<Integer> text, List<Integer> part) {
        int count = 0;
        for (int i = 0; i + part.size() <= text.size(); i++) {
            count += text.subList(i, i + part.size()).equals(part) ? 1 : 0;
        }
        return count;
    }

    @Test
    void aRepeatedLineIsDraftedToItsEnd() {
        var drafter = new SuffixDrafter().start(WRITING, 0);
        drafter.read(new int[] {1, 2, 3, 4, 5, 6, 9, 1, 2, 3});
        var draft = drafter.draft(4, _ -> true);
        assertThat(draft.stream().map(DraftToken::token)).containsExactly(4, 5, 6, 9);
        assertThat(draft).allSatisfy(token -> assertThat(token.confidence()).isBetween(0.0, 1.0));
        assertThat(new SuffixDrafter().start(WRITING, 0).draft(4, _ -> true)).isEmpty();
    }

    @Test
    void earlierAnswersAreDraftedInLaterOnes() {
        var store = new SuffixStore(100);
        store.add(new int[] {11, 12, 13, 14, 15});
        var drafter = new SuffixDrafter(store).start(WRITING, 0);
        drafter.read(new int[] {7, 11, 12, 13});
        assertThat(drafter.draft(5, _ -> true).stream().map(DraftToken::token)).startsWith(14, 15);
        for (int i = 0; i < 50; i++) {
            store.add(new int[] {i, i + 1, i + 2, 99});
        }
        assertThat(drafter.draft(5, _ -> true)).isEmpty();
    }

    @Test
    void promptLookupCopiesWhatFollowedTheLatestLongestEnd() {
        var drafter = new PromptLookup().start(WRITING, 0);
        drafter.read(new int[] {1, 2, 3, 4, 8, 2, 3, 5, 1, 2, 3});
        assertThat(drafter.draft(3, _ -> true).stream().map(DraftToken::token)).containsExactly(4, 8, 2);
        drafter.read(new int[] {6, 7, 3});
        assertThat(drafter.draft(2, _ -> true).stream().map(DraftToken::token)).containsExactly(6, 7);
        var loop = new PromptLookup().start(WRITING, 0);
        loop.read(new int[] {4, 4, 4});
        assertThat(loop.draft(6, _ -> true).stream().map(DraftToken::token)).containsExactly(4, 4, 4, 4, 4, 4);
    }
}
