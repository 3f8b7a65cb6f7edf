package dev.suffice.engine.onnxruntime;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Keeps the library from reporting home. Its builds for Linux and macOS send events to their maker unless told otherwise by an environment variable before the first
 * use, and while they prepare that, they match the process' command line against a regular expression that overflows the stack on a long one: a prompt of 3,000
 * characters on the command line ended the process. Where the process cannot set the variable, the library's own switch is all there is.
 */
final class Telemetry {
    /** Older and newer name of the same switch. */
    static final List<String> SWITCHES = List.of("ORT_DISABLE_TELEMETRY", "ORT_TELEMETRY_DISABLED");

    private Telemetry() {}

    /** Sets the variables in the process' native environment, which Java's own copy does not show. */
    static void off() {
        var linker = Linker.nativeLinker();
        var found = linker.defaultLookup().find("setenv");
        if (found.isEmpty()) {
            return; // Windows: events stay on the machine, unless its owner has agreed otherwise.
        }
        var setenv = linker.downcallHandle(
                found.get(),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        try (var arena = Arena.ofConfined()) {
            for (var name : SWITCHES) {
                int result = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom("1"), 1);
                if (result != 0) {
                    throw new IllegalStateException("setenv %s: %d".formatted(name, result));
                }
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("setenv", e);
        }
    }
}
