package dev.suffice.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ComputeReportTest {
    private static final StageReport UNET =
            new StageReport("u-net", 24, 100, 24_000_000_000L, 100_000_000_000L, Duration.ofSeconds(3));
    private static final StageReport DECODER =
            new StageReport("decoder", 1, 1, 4_000_000_000L, 4_000_000_000L, Duration.ofMillis(300));

    @Test
    void addsUpItsStages() {
        var report = report(OptionalLong.empty(), OptionalDouble.empty());
        assertThat(report.flops()).isEqualTo(28_000_000_000L);
        assertThat(report.fullFlops()).isEqualTo(104_000_000_000L);
        assertThat(report.saved()).isEqualTo(1 - 28 / 104.0);
        assertThat(report.stage("decoder")).contains(DECODER);
        assertThat(report.stage("oven")).isEmpty();
    }

    @Test
    void isOneFriendlyLine() {
        assertThat(report(OptionalLong.of(432_000_000), OptionalDouble.of(61.2)).line())
                .isEqualTo(
                        "4.1 s, 24 U-Net passes of 100 (50 steps with guidance), 28.0 GFLOP of 104.0 GFLOP: 73% of the computation saved, peak memory 432 MB, 61 J");
    }

    @Test
    void missingCountersAreAbsentAndNotZero() {
        assertThat(report(OptionalLong.empty(), OptionalDouble.empty()).line()).doesNotContain("memory", " J");
    }

    @Test
    void saysWhenMoreWasComputedThanTheReference() {
        var unet = new StageReport("u-net", 200, 100, 200, 100, Duration.ZERO);
        var report = new ComputeReport(
                "50 steps with guidance",
                List.of(unet),
                List.of(),
                Duration.ofSeconds(1),
                OptionalLong.empty(),
                OptionalDouble.empty());
        assertThat(report.line()).endsWith("100% more than the reference");
        assertThat(report.saved()).isEqualTo(-1);
    }

    @Test
    void countsPassesWhereOperationsAreNotCounted() {
        var stages = List.of(
                new StageReport("text encoder", 2, 2, 0, 0, Duration.ZERO),
                new StageReport("u-net", 30, 100, 0, 0, Duration.ZERO));
        var report = new ComputeReport(
                "50 steps with guidance",
                stages,
                List.of(),
                Duration.ofSeconds(1),
                OptionalLong.empty(),
                OptionalDouble.empty());
        assertThat(report.saved()).isEqualTo(0.7);
        assertThat(report.line())
                .isEqualTo("1.0 s, 30 U-Net passes of 100 (50 steps with guidance): 70% of the computation saved");
    }

    @Test
    void refusesNegativeCounts() {
        assertThatThrownBy(() -> new StageReport("u-net", -1, 0, 0, 0, Duration.ZERO))
                .hasMessage("stage u-net: counts must not be negative");
    }

    private static ComputeReport report(OptionalLong memory, OptionalDouble energy) {
        return new ComputeReport(
                "50 steps with guidance", List.of(UNET, DECODER), List.of(), Duration.ofMillis(4100), memory, energy);
    }
}
