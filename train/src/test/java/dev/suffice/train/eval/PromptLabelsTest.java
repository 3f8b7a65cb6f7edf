package dev.suffice.train.eval;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromptLabelsTest {
    @Test
    void objectsAreFoundByAnyOfTheirWordsTheLongestFirst() {
        assertThat(PromptLabels.of("a red sofa in a bright living room")).containsExactly("sofa");
        assertThat(PromptLabels.of("a rocking horse beside a green fridge"))
                .containsExactlyInAnyOrder("rocking horse", "refrigerator");
        assertThat(PromptLabels.of("a Brown Horse in front of green hills")).containsExactly("horse");
    }

    @Test
    void landscapesCountOnlyWithoutObjects() {
        assertThat(PromptLabels.of("desert dunes with palm trees in mist")).containsExactly("desert");
        assertThat(PromptLabels.of("a lake in front of mountains"))
                .containsExactlyInAnyOrder("lake", "snowy_lake", "mountains");
        assertThat(PromptLabels.of("a car in the desert")).containsExactly("car");
        assertThat(PromptLabels.of("quantum theory")).isEmpty();
    }
}
