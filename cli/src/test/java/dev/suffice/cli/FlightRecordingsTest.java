package dev.suffice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightRecordingsTest {
    @TempDir
    Path folder;

    @Test
    void aRecordingThatRunsIsWritten() throws IOException {
        var file = folder.resolve("run.jfr");
        try (var recording = new Recording()) {
            recording.enable("jdk.JVMInformation");
            recording.setDestination(file);
            recording.start();
            FlightRecordings.finish();
            assertThat(RecordingFile.readAllEvents(file)).isNotEmpty();
            FlightRecordings.finish(); // what has ended stays as it is
            assertThat(RecordingFile.readAllEvents(file)).isNotEmpty();
        }
    }
}
