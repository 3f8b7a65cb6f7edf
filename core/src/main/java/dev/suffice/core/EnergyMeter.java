package dev.suffice.core;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Energy of the processor packages between {@link #start} and {@link #joules}, from the counters that Linux shows under
 * powercap (RAPL). Absent, never zero, where there is no counter or it may not be read. Not thread-safe.
 */
public final class EnergyMeter {
    private record Counter(Path folder, long start, long range) {}

    private final List<Counter> counters;

    private EnergyMeter(List<Counter> counters) {
        this.counters = counters;
    }

    /** Starts metering this machine. */
    public static EnergyMeter start() {
        return start(Path.of("/sys/class/powercap"));
    }

    static EnergyMeter start(Path powercap) {
        var counters = new ArrayList<Counter>();
        // Packages only ("intel-rapl:0"): their sub-zones ("intel-rapl:0:1") are contained in them.
        try (DirectoryStream<Path> zones = Files.newDirectoryStream(powercap, "*-rapl:[0-9]*")) {
            for (var zone : zones) {
                var name = zone.getFileName().toString();
                if (name.indexOf(':') == name.lastIndexOf(':')) {
                    counters.add(new Counter(zone, read(zone, "energy_uj"), read(zone, "max_energy_range_uj")));
                }
            }
        } catch (IOException | NumberFormatException e) {
            counters.clear();
        }
        return new EnergyMeter(counters);
    }

    /** Joules since the start, if every counter can be read. A counter that wrapped once is corrected. */
    public OptionalDouble joules() {
        if (counters.isEmpty()) {
            return OptionalDouble.empty();
        }
        try {
            long micro = 0;
            for (var counter : counters) {
                var delta = read(counter.folder, "energy_uj") - counter.start;
                micro += delta < 0 ? delta + counter.range : delta;
            }
            return OptionalDouble.of(micro / 1e6);
        } catch (IOException | NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }

    private static long read(Path zone, String file) throws IOException {
        return Long.parseLong(Files.readString(zone.resolve(file)).strip());
    }
}
