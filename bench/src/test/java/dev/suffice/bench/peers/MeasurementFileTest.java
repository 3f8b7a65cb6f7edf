package dev.suffice.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasurementFileTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private final Measurement first = new Measurement("text", "suffice, auto", "qa 7", 0, 1.25, 12, 0.5, 0, "4 5 6");
    private final Measurement second = new Measurement("text", "suffice, auto", "qa 7", 1, 1.5, 12, 0.25, 1, "");

    @Test
    void linesAreReadAsTheyAreWritten() {
        assertThat(Measurement.of(first.line())).contains(first);
        assertThat(Measurement.of(second.line())).contains(second);
        assertThat(Measurement.of(first.line().substring(3))).isEmpty();
        assertThat(Measurement.of(first.line().replace("1.25", "soon"))).isEmpty();
    }

    @Test
    void goesOnWithWhatIsThere() throws IOException {
        var file = folder.resolve("runs.csv");
        MeasurementFile.open(file, false).add(List.of(first));
        var more = MeasurementFile.open(file, true);
        assertThat(more.rounds("text")).isEqualTo(1);
        assertThat(more.rounds("images")).isZero();
        more.add(List.of(second));
        assertThat(MeasurementFile.open(file, true).of("text")).containsExactly(first, second);
        assertThat(MeasurementFile.open(file, false).of("text")).isEmpty();
    }

    @Test
    void damagedLinesAreNamed() throws IOException {
        var file = folder.resolve("runs.csv");
        Files.writeString(file, Measurement.HEADER + "\n" + first.line() + "\nhalf a li\n");
        assertThatThrownBy(() -> MeasurementFile.open(file, true))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("%s: line 3: is no measurement; measure anew without --more", file);
    }
}
