package dev.suffice.language.speculate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.language.sampling.Writing;
import dev.suffice.language.speculate.SpeculationPolicy.Active;
import dev.suffice.language.speculate.SpeculationPolicy.Chosen;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The decisions of {@code auto} on texts whose truth is known, with drafters that are right as often as is laid down. */
class CostAwareDecisionsTest {
    private static final int ROUNDS = 400;

    /** A pass of k + 1 tokens, in passes of one. */
    private static final double PER_TOKEN = 0.08;

    /** Proposes the truth, or something else from the first token that it gets wrong. */
    private static final class Fake implements Drafter, Drafter.Session {
        private final String name;
        private final boolean free;
        private List<Integer> wrong = List.of();

        Fake(String name, boolean free) {
            this.name = name;
            this.free = free;
        }

        /** Of the next round: the tokens that it proposes. */
        void says(List<Integer> tokens) {
            wrong = tokens;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean free() {
            return free;
        }

        @Override
        public Session start(Writing writing, long seed) {
            return this;
        }

        @Override
        public void read(int[] tokens) {}

        @Override
        public List<DraftToken> draft(int most, Extent extent) {
            var draft = new ArrayList<DraftToken>();
            while (draft.size() < Math.min(most, wrong.size()) && extent.more(draft)) {
                draft.add(DraftToken.certain(wrong.get(draft.size()), 0.5));
            }
            return draft;
        }
    }

    private static List<Integer> proposal(SplittableRandom random, double right, int other) {
        var tokens = new ArrayList<Integer>();
        boolean still = true;
        for (int i = 0; i < 6; i++) {
            still = still && random.nextDouble() < right;
            tokens.add(still ? i : other);
        }
        return tokens;
    }

    private static PassCosts costs() {
        var costs = new PassCosts();
        for (int repeat = 0; repeat < 20; repeat++) {
            for (int k = 1; k < 10; k++) {
                costs.measured(k, Math.round(1_000_000_000 * (1 + PER_TOKEN * (k - 1))));
            }
        }
        return costs;
    }

    /** Tokens of the truth at the beginning of a draft. */
    private static int accepted(Chosen chosen) {
        int k = 0;
        while (k < chosen.draft().size() && chosen.draft().get(k).token() == k) {
            k++;
        }
        return k;
    }

    private static Round round(Chosen chosen) {
        int accepted = accepted(chosen);
        var written = new int[accepted + 1];
        for (int i = 0; i <= accepted; i++) {
            written[i] = i;
        }
        return new Round(chosen.drafter(), chosen.draft(), written, accepted, 0, 0);
    }

    @Test
    void followsTheDrafterThatIsRightWhereTheyDisagree() {
        // Alone, the one that looks up is right in 60%; but never where the network says something else.
        var lookup = new Fake("lookup", true);
        var network = new Fake("self", false);
        var active = List.of(new Active(lookup, lookup), new Active(network, network));
        var decisions = new CostAwareDecisions(costs());
        var random = new SplittableRandom(1);
        int disputed = 0;
        int followed = 0;
        for (int r = 0; r < ROUNDS; r++) {
            boolean easy = random.nextDouble() < 0.6;
            network.says(proposal(random, easy ? 1 : 0.7, 77));
            lookup.says(easy ? List.of(0, 1, 2, 3, 4, 5) : List.of(55, 55, 55, 55, 55, 55));
            var chosen = decisions.draft(active, 6);
            decisions.heard(round(chosen));
            if (!easy && r > ROUNDS / 2) {
                disputed++;
                followed += chosen.drafter() == 0 ? 1 : 0;
            }
        }

        assertThat(disputed).isGreaterThan(50);
        assertThat(followed)
                .as("rounds in which what was looked up is drafted against the network")
                .isLessThan(disputed / 10);
    }

    @Test
    void draftsNothingWhereNothingIsAccepted() {
        var lookup = new Fake("lookup", true);
        var decisions = new CostAwareDecisions(costs());
        int drafted = 0;
        for (int r = 0; r < ROUNDS; r++) {
            lookup.says(List.of(99, 99, 99));
            var chosen = decisions.draft(List.of(new Active(lookup, lookup)), 6);
            decisions.heard(round(chosen));
            drafted += r > 50 ? chosen.draft().size() : 0;
        }

        assertThat(drafted).isZero();
    }

    @Test
    void draftsAllThatIsSure() {
        var lookup = new Fake("lookup", true);
        var decisions = new CostAwareDecisions(costs());
        int drafted = 0;
        for (int r = 0; r < ROUNDS; r++) {
            lookup.says(List.of(0, 1, 2, 3, 4, 5));
            var chosen = decisions.draft(List.of(new Active(lookup, lookup)), 6);
            decisions.heard(round(chosen));
            drafted += r >= ROUNDS / 2 ? chosen.draft().size() : 0;
        }

        assertThat(drafted).isEqualTo(6 * ROUNDS / 2);
    }

    @Test
    void theRateIsTokensOfAllTime() {
        var rate = new WritingRate(1.5);
        assertThat(rate.value()).isEqualTo(1.5);
        for (int i = 0; i < 1000; i++) {
            rate.add(3, 1.5);
        }
        assertThat(rate.value()).isBetween(1.9, 2.0);
    }
}
