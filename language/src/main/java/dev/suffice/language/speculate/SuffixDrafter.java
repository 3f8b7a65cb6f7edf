package dev.suffice.language.speculate;

import dev.suffice.language.sampling.Writing;
import dev.suffice.language.speculate.SuffixAutomaton.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Drafts what most often followed the longest end of the text that occurred before, in the text itself or in earlier answers (after SuffixDecoding, Oliaro et al.
 * 2024). How sure it is: the share of the continuation among all, smaller where the end that occurred is short.
 */
public final class SuffixDrafter implements Drafter {
    private final Optional<SuffixStore> store;

    /** Drafts from the text alone. */
    public SuffixDrafter() {
        this.store = Optional.empty();
    }

    /** Drafts from the text, and from earlier answers where these match longer. */
    public SuffixDrafter(SuffixStore store) {
        this.store = Optional.of(store);
    }

    @Override
    public String name() {
        return "suffix";
    }

    @Override
    public boolean free() {
        return true;
    }

    @Override
    public Session start(Writing writing, long seed) {
        return new Text();
    }

    /** Goes from a match along the likeliest tokens. */
    static List<DraftToken> follow(SuffixAutomaton automaton, Match match, int most, Extent extent) {
        var draft = new ArrayList<DraftToken>();
        var at = match;
        while (draft.size() < most && at.length() > 0 && extent.more(draft)) {
            int token = -1;
            int best = 0;
            int all = 0;
            for (var entry : automaton.after(at.state()).entrySet()) {
                int count = automaton.count(entry.getValue());
                all += count;
                if (count > best || (count == best && entry.getKey() > token)) {
                    best = count;
                    token = entry.getKey();
                }
            }
            if (token < 0) {
                at = automaton.shorter(at);
                continue;
            }
            double known = at.length() / (at.length() + 1.0);
            draft.add(DraftToken.certain(token, known * best / (all + 0.5)));
            at = automaton.advance(at, token);
        }
        return draft;
    }

    private final class Text implements Session {
        private final SuffixAutomaton automaton = new SuffixAutomaton();
        private Match match = Match.NONE;
        private SuffixStore.Place place = new SuffixStore.Place(Match.NONE, -1);

        @Override
        public void read(int[] tokens) {
            for (int token : tokens) {
                // First what occurred before, then the token itself: a text must not match its own end.
                match = automaton.advance(automaton.settled(match), token);
                automaton.add(token);
                if (store.isPresent()) {
                    place = store.get().advance(place, token);
                }
            }
            match = automaton.settled(match);
        }

        @Override
        public void ended(int[] answer) {
            store.ifPresent(earlier -> earlier.add(answer));
        }

        @Override
        public List<DraftToken> draft(int most, Extent extent) {
            if (store.isPresent() && place.match().length() > match.length()) {
                var draft = store.get().draft(place, most, extent);
                if (!draft.isEmpty()) {
                    return draft;
                }
            }
            return follow(automaton, match, most, extent);
        }
    }
}
