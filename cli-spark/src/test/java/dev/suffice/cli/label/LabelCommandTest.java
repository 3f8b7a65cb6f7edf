package dev.suffice.cli.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelCommandTest {
    @TempDir
    private Path folder;

    private record Result(int code, String out, String err) {}

    private Result label(String... options) {
        var arguments = new ArrayList<>(
                List.of("label", "--out", folder.resolve("labels").toString()));
        arguments.addAll(List.of(options));
        var out = new StringWriter();
        var err = new StringWriter();
        int code = Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
        return new Result(code, out.toString(), err.toString());
    }

    private void refused(String message, String... options) {
        var result = label(options);
        assertThat(result.code()).as(result.err()).isEqualTo(2);
        assertThat(result.err()).contains(message);
        assertThat(folder.resolve("labels")).doesNotExist();
    }

    @Test
    void wrongUsageIsRefusedBeforeAnythingStarts() throws IOException {
        var empty = folder.resolve("empty.txt");
        Files.writeString(empty, "\n");
        refused("prompts %s: has none; give some, one a line".formatted(empty), "--prompts", empty.toString());
        refused("scheduler \"fast\": unknown; must be one of ddim, ", "--schedulers", "ddim,fast");
        refused("policy rule hop: unknown", "--schedulers", "ddim/hop");
        refused("step counts [8, 4]: must rise", "--steps", "8,4");
        refused("--count 4000: must be between 1 and 3000, the number of prompts", "--count", "4000");
        refused("--threads 0: must be at least 1", "--threads", "0");
        refused("label thresholds 1.5 and 0.98: must be between 0 and 1", "--close", "1.5");
        refused("seeds 0: must be between 1 and 64", "--seeds", "0");
        refused("model nowhere: no such folder", "--model", "nowhere");
    }

    @Test
    void measuresAndGoesOnWhereItWas() throws IOException {
        var prompts = folder.resolve("prompts.txt");
        Files.writeString(prompts, "a red sofa\na red sofa\n");
        var options = new String[] {
            "--prompts", prompts.toString(), "--schedulers", "ddim", "--steps", "2,4", "--master", "local[1]"
        };
        var first = label(options);
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.err()).contains("1 repeated lines are left out");
        assertThat(first.out()).contains("1 parts, 1 of them made now");
        assertThat(label(options).out()).contains("1 parts, 0 of them made now");
    }
}
