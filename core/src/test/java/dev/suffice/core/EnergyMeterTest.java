package dev.suffice.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnergyMeterTest {
    @TempDir
    Path powercap;

    @Test
    void addsThePackagesAndNotTheirParts() throws IOException {
        zone("intel-rapl:0", 5_000_000);
        zone("intel-rapl:0:0", 1_000_000); // cores, contained in package 0
        zone("intel-rapl:1", 7_000_000);
        var meter = EnergyMeter.start(powercap);
        zone("intel-rapl:0", 8_500_000);
        zone("intel-rapl:0:0", 9_000_000);
        zone("intel-rapl:1", 7_250_000);
        assertThat(meter.joules()).hasValue(3.75);
    }

    @Test
    void correctsACounterThatWrapped() throws IOException {
        zone("intel-rapl:0", 99_000_000);
        var meter = EnergyMeter.start(powercap);
        zone("intel-rapl:0", 1_000_000);
        assertThat(meter.joules()).hasValue(2.0);
    }

    @Test
    void isAbsentWithoutCounters() throws IOException {
        assertThat(EnergyMeter.start(powercap).joules()).isEmpty();
        assertThat(EnergyMeter.start(powercap.resolve("none")).joules()).isEmpty();
        zone("intel-rapl:0", 5_000_000);
        var meter = EnergyMeter.start(powercap);
        Files.delete(powercap.resolve("intel-rapl:0/energy_uj"));
        assertThat(meter.joules()).isEmpty();
    }

    private void zone(String name, long microjoules) throws IOException {
        var folder = Files.createDirectories(powercap.resolve(name));
        Files.writeString(folder.resolve("energy_uj"), microjoules + "\n");
        Files.writeString(folder.resolve("max_energy_range_uj"), "100000000\n");
    }
}
