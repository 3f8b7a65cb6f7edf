package dev.suffice.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.train.scene.LandscapeType;
import dev.suffice.train.scene.ObjectClasses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptCasesTest {
    @Test
    void bundledPromptsAreTwoHundredDifferentOnesWithKnownLabels() {
        Set<String> labels = new HashSet<>();
        ObjectClasses.all().forEach(c -> labels.add(c.name()));
        Arrays.stream(LandscapeType.values()).forEach(t -> labels.add(t.name().toLowerCase(Locale.ROOT)));

        List<PromptCase> cases = PromptCases.bundled();

        assertThat(cases).hasSize(200).extracting(PromptCase::prompt).doesNotHaveDuplicates();
        assertThat(cases).extracting(PromptCase::label).allMatch(labels::contains);
        assertThat(cases).filteredOn(c -> c.kind().equals("landscape")).hasSize(40);
        assertThat(cases)
                .filteredOn(c -> !c.colour().isEmpty())
                .isNotEmpty()
                .allMatch(c -> c.prompt().contains(c.colour() + " " + c.label()));
        assertThat(cases)
                .filteredOn(c -> c.kind().equals("room"))
                .allMatch(c -> c.prompt().matches(".*\\b(room|walls)\\b.*"));
        assertThat(cases)
                .filteredOn(c -> !c.kind().equals("room"))
                .noneMatch(c -> c.prompt().matches(".*\\b(room|walls)\\b.*"));
    }

    @Test
    void drawingLeavesOutTrainingCaptions() {
        List<PromptCase> first = PromptCases.draw(30, 4, Set.of());
        Set<String> seen = Set.of(first.get(0).prompt(), first.get(4).prompt());

        assertThat(PromptCases.draw(30, 4, seen))
                .hasSize(30)
                .extracting(PromptCase::prompt)
                .doesNotContainAnyElementsOf(seen);
        assertThat(PromptCases.draw(30, 4, Set.of())).isEqualTo(first);
    }

    @Test
    void whatIsWrittenIsRead(@TempDir Path folder) throws IOException {
        var cases = List.of(
                new PromptCase("a \"red\" sofa in a room", "sofa", "room", "red"),
                new PromptCase("a forest at dawn", "forest", "landscape", ""));

        PromptCases.write(folder.resolve("p.jsonl"), cases);

        assertThat(PromptCases.read(folder.resolve("p.jsonl"))).isEqualTo(cases);
    }

    @Test
    void brokenLinesAreNamed() {
        assertThatThrownBy(() -> PromptCases.parse(
                        "p.jsonl", "{\"prompt\":\"a\",\"label\":\"b\",\"kind\":\"room\"}\n{\"prompt\":\"a\"}"))
                .isInstanceOf(IOException.class)
                .hasMessage("p.jsonl line 2: prompt \"a\" with label \"\": neither may be empty");
        assertThatThrownBy(() -> PromptCases.parse("p.jsonl", "{\"prompt\":\"a\",\"label\":\"b\",\"kind\":\"sea\"}"))
                .isInstanceOf(IOException.class)
                .hasMessage("p.jsonl line 1: prompt \"a\": kind \"sea\", expected room, outdoor-object or landscape");
        assertThatThrownBy(() -> PromptCases.parse("p.jsonl", "\n"))
                .isInstanceOf(IOException.class)
                .hasMessage("p.jsonl: no prompts; expected a JSON object in each line");
    }
}
