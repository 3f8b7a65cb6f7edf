package dev.suffice.engine;

import java.util.List;

/** Whether an engine can run on this machine. */
public sealed interface EngineStatus {
    /**
     * It can.
     *
     * @param version of the inference library
     * @param devices what it can run on, the default first
     */
    record Available(String version, List<String> devices) implements EngineStatus {
        /** Copies the list. */
        public Available {
            devices = List.copyOf(devices);
        }
    }

    /**
     * It cannot.
     *
     * @param reason why, with the first cause
     * @param remedy what to do about it
     */
    record Unavailable(String reason, String remedy) implements EngineStatus {}
}
