package dev.suffice.language.speculate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class WitnessTest {
    private static List<DraftToken> draft(int... tokens) {
        return Arrays.stream(tokens)
                .mapToObj(token -> DraftToken.certain(token, 0.5))
                .toList();
    }

    @Test
    void agreesOnlyBehindTheSameDraft() {
        assertThat(Witness.of(draft(1, 2, 3), 1, draft(1, 2))).isEqualTo(Witness.AGREES);
        assertThat(Witness.of(draft(1, 2, 3), 1, draft(1, 4, 3))).isEqualTo(Witness.DISPUTES);
        assertThat(Witness.of(draft(1, 2, 3), 2, draft(1, 4, 3)))
                .as("the same token, behind another draft")
                .isEqualTo(Witness.NONE);
        assertThat(Witness.of(draft(1, 2, 3), 2, draft(1, 2)))
                .as("nothing said")
                .isEqualTo(Witness.NONE);
    }

    @Test
    void disputedTokensAreLearntApart() {
        var acceptance = new Acceptance();
        for (int i = 0; i < 100; i++) {
            acceptance.observe(0, Witness.AGREES, 0.5, true);
            acceptance.observe(0, Witness.DISPUTES, 0.5, false);
        }

        assertThat(acceptance.estimate(0, Witness.AGREES, 0.5, 0.5)).isGreaterThan(0.9);
        assertThat(acceptance.estimate(0, Witness.DISPUTES, 0.5, 0.5)).isLessThan(0.1);
        assertThat(acceptance.estimate(0, Witness.NONE, 0.5, 0.5)).isBetween(0.4, 0.6);
        assertThat(acceptance.average(0, Witness.NONE, 0.5)).isBetween(0.4, 0.6);
        assertThat(acceptance.estimate(1, Witness.DISPUTES, 0.5, 0.3))
                .as("another position")
                .isEqualTo(0.3);
    }

    @Test
    void whatWasNeverSeenIsThoughtOfByTheWitness() {
        assertThat(Witness.NONE.usual(0.6)).isEqualTo(0.6);
        assertThat(Witness.AGREES.usual(0.6)).isGreaterThan(0.8).isLessThan(1);
        assertThat(Witness.DISPUTES.usual(0.6)).isEqualTo(0.3);
    }
}
