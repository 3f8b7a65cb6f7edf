package dev.suffice.language.speculate;

import dev.suffice.language.speculate.SuffixAutomaton.Match;

/**
 * Earlier answers that later ones may repeat, in one automaton; when it is full it begins anew with the latest. Thread-safe.
 */
public final class SuffixStore {
    private final int most;
    private SuffixAutomaton automaton = new SuffixAutomaton();
    private int generation;
    private int tokens;

    /**
     * An empty store.
     *
     * @param most tokens that are kept; about 200 bytes each
     */
    public SuffixStore(int most) {
        this.most = most;
    }

    /** Keeps an answer. */
    public synchronized void add(int[] answer) {
        if (tokens + answer.length > most) {
            automaton = new SuffixAutomaton();
            tokens = 0;
            generation++;
        }
        automaton.restart();
        int kept = Math.min(answer.length, most);
        for (int i = answer.length - kept; i < answer.length; i++) {
            automaton.add(answer[i]);
        }
        tokens += kept;
    }

    /** Where a text stands in the store, of which generation. */
    record Place(Match match, int generation) {}

    synchronized Place advance(Place place, int token) {
        var match = place.generation() == generation ? automaton.settled(place.match()) : Match.NONE;
        return new Place(automaton.advance(match, token), generation);
    }

    synchronized java.util.List<DraftToken> draft(Place place, int most, Drafter.Extent extent) {
        return place.generation() == generation
                ? SuffixDrafter.follow(automaton, automaton.settled(place.match()), most, extent)
                : java.util.List.of();
    }
}
