package dev.suffice.diffusion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchedulerConfigTest {
    @TempDir
    Path folder;

    @Test
    void readsAFileOrItsFolder() throws IOException {
        var file = folder.resolve("scheduler_config.json");
        Files.writeString(file, "{\"_class_name\": \"DDIMScheduler\", \"beta_end\": 0.012}");
        assertThat(SchedulerConfig.read(folder)).isEqualTo(SchedulerConfig.read(file));
        assertThat(SchedulerConfig.read(file).className()).contains("DDIMScheduler");
        assertThat(SchedulerConfig.read(file).number("beta_end", 1)).isEqualTo(0.012);
    }

    @Test
    void badFilesAreExplained() throws IOException {
        var file = folder.resolve("scheduler_config.json");
        assertThatThrownBy(() -> SchedulerConfig.read(file))
                .isInstanceOf(SufficeException.class)
                .hasMessage(file + ": cannot be read; a diffusion model keeps it in its scheduler folder");
        Files.writeString(file, "{\"beta_end\": ");
        assertThatThrownBy(() -> SchedulerConfig.read(file))
                .isInstanceOf(SufficeException.class)
                .hasMessageStartingWith(file + ": not valid JSON (");
        Files.writeString(file, "[1, 2]");
        assertThatThrownBy(() -> SchedulerConfig.read(file))
                .isInstanceOf(SufficeException.class)
                .hasMessage(file + ": must be a JSON object");
    }

    @Test
    void jsonKeepsUnknownKeysNullsAndInfinities() {
        var json =
                "{\"lambda_min_clipped\": -Infinity, \"trained_betas\": null, \"mine\": {\"a\": [1, 2.5]}, \"on\": true}";
        var config = SchedulerConfig.parse(json);
        assertThat(SchedulerConfig.parse(config.toJson())).isEqualTo(config);
        assertThat(config.toJson()).contains("-Infinity").contains("\"mine\"").contains("\"trained_betas\" : null");
        assertThat(config.numberOrInfinity("lambda_min_clipped", 0)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(config.numbers("trained_betas")).isEmpty();
    }

    @Test
    void keysThatTheFileOnlyDefaultedTakeTheDefaultOfTheReader() {
        var config = SchedulerConfig.parse(
                "{\"beta_end\": 0.5, \"clip_sample\": true, \"_use_default_values\": [\"beta_end\", \"clip_sample\"]}");
        assertThat(config.number("beta_end", 0.02)).isEqualTo(0.02);
        assertThat(config.flag("clip_sample", false)).isFalse();
        assertThat(config.with("beta_end", 0.3).number("beta_end", 0.02)).isEqualTo(0.3);
    }

    @Test
    void anExplicitNullSwitchIsOff() {
        var config = SchedulerConfig.parse("{\"clip_sample\": null}");
        assertThat(config.flag("clip_sample", true)).isFalse();
        assertThat(config.flag("thresholding", true)).isTrue();
    }

    @Test
    void changesLeaveTheOriginalAlone() {
        var config = SchedulerConfig.of(Map.of("a", 1));
        assertThat(config.with("a", 2).settings()).containsEntry("a", 2);
        assertThat(config.settings()).containsEntry("a", 1);
    }
}
