package dev.suffice.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.diffusion.stepsaver.StepGrid;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelPlanTest {
    private static final StepGrid GRID = new StepGrid(List.of(2, 4, 8));

    private static LabelPlan plan(List<String> prompts, String... schedulers) {
        return new LabelPlan("0123456789abcdef", List.of(schedulers), GRID, 2, LabelThresholds.usual(), prompts, 3);
    }

    @Test
    void everyPromptIsMeasuredOnceWithEverySampler() {
        var prompts = IntStream.range(0, 10).mapToObj(i -> "prompt " + i).toList();
        var parts = plan(prompts, "ddim", "euler", "ddim").parts();
        for (var scheduler : List.of("ddim", "euler")) {
            assertThat(parts.stream()
                            .filter(p -> p.scheduler().equals(scheduler))
                            .flatMap(p -> p.prompts().stream()))
                    .containsExactlyElementsOf(prompts);
        }
        assertThat(parts.stream().map(LabelPart::fileName)).doesNotHaveDuplicates();
        assertThat(parts.getLast().rows()).isEqualTo(2);
    }

    @Test
    void fileNamesAndSeedsDependOnContentAndNotOnPlace() {
        var prompts = List.of("a", "b", "c", "d", "e", "f");
        var more = List.of("a", "b", "c", "d", "e", "f", "g");
        assertThat(plan(more, "ddim").parts().stream().map(LabelPart::fileName))
                .startsWith(plan(prompts, "ddim").parts().stream()
                        .map(LabelPart::fileName)
                        .toArray(String[]::new));
        var other = new LabelPlan("fedcba9876543210", List.of("ddim"), GRID, 2, LabelThresholds.usual(), prompts, 3);
        assertThat(other.parts().getFirst().fileName())
                .isNotEqualTo(plan(prompts, "ddim").parts().getFirst().fileName());
        var seeds = new HashSet<Long>();
        IntStream.range(0, 1000).forEach(i -> seeds.add(LabelPart.seed("prompt " + i)));
        assertThat(seeds).hasSize(1000).allMatch(seed -> seed >= 0 && seed < 1L << 31);
        assertThat(LabelPart.seed("a red sofa")).isEqualTo(LabelPart.seed("a red sofa"));
    }

    @Test
    void impossiblePlansAreRefused() {
        assertThatThrownBy(() -> plan(List.of(), "ddim"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("prompts: there is none; expected one a line");
        assertThatThrownBy(() -> plan(List.of("a"))).hasMessage("schedulers: there is none");
        assertThatThrownBy(() -> plan(List.of("x".repeat(10_001)), "ddim"))
                .hasMessage("prompt \"" + "x".repeat(40) + "...\": 10001 characters, at most 10000");
        assertThatThrownBy(() -> plan(Collections.nCopies(10_000_001, "x"), "ddim"))
                .hasMessageStartingWith("prompts: 10000001 are too many for one table, at most 10000000");
    }

    @Test
    void promptsAreLeftOutTheSecondTime() {
        assertThat(PromptList.of(List.of("a sofa", "", "  a lamp ", " ", "a sofa", "a sofa")))
                .isEqualTo(new PromptList(List.of("a sofa", "a lamp"), 2));
    }
}
