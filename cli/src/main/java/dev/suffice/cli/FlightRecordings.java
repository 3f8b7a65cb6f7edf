package dev.suffice.cli;

import jdk.jfr.FlightRecorder;
import jdk.jfr.RecordingState;

/** Recordings of the flight recorder that were asked for on the command line: the process ends without the hooks that would write them. */
final class FlightRecordings {
    private FlightRecordings() {}

    /** Ends those that run; each writes its file, if it has one. */
    static void finish() {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        for (var recording : FlightRecorder.getFlightRecorder().getRecordings()) {
            if (recording.getState() == RecordingState.RUNNING) {
                recording.stop();
            }
        }
    }
}
