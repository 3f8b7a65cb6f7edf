package dev.suffice.diffusion.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepPolicyTest {
    @ParameterizedTest
    @ValueSource(strings = {"auto", "none", "skip=0.01", "converge=0.02,skip=0.3,guidance=0.99,reuse=0.1"})
    void writesWhatItReads(String text) {
        assertThat(StepPolicy.parse(text)).hasToString(text);
        assertThat(StepPolicy.parse(" " + text.replace(",", " , ") + " ")).hasToString(text);
    }

    @Test
    void everyRuleHasADefaultThreshold() {
        for (var name : StepRules.names()) {
            var rule = ((StepPolicy.Rules) StepPolicy.parse(name)).rules().getFirst();
            assertThat(rule.name()).isEqualTo(name);
            assertThat(StepPolicy.parse(rule.text())).isEqualTo(StepPolicy.of(rule));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fast | policy rule fast: unknown; must be auto, none, or some of converge, skip, guidance, reuse",
                "skip, | policy rule : unknown; must be auto, none, or some of converge, skip, guidance, reuse",
                "none,skip | policy rule none: unknown; must be auto, none, or some of converge, skip, guidance, reuse",
                "skip=much | policy rule skip=much: must be a number",
                "skip=-1 | policy rule skip=-1.0: must be between 0.0 and 10.0",
                "skip=NaN | policy rule skip=NaN: must be between 0.0 and 10.0",
                "guidance=1.5 | policy rule guidance=1.5: must be between 0.0 and 1.0",
                "reuse=11 | policy rule reuse=11.0: must be between 0.0 and 10.0",
                "converge=2 | policy rule converge=2.0: must be between 0.0 and 1.0",
                "skip=0.1,reuse,skip=0.2 | policy rule skip: given twice",
            })
    void refusesWhatIsNoPolicy(String text, String message) {
        assertThatThrownBy(() -> StepPolicy.parse(text))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(message);
    }
}
