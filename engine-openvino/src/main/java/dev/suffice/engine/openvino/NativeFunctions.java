package dev.suffice.engine.openvino;

import dev.suffice.engine.EngineException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The functions of a loaded library, and what its status codes mean. Thread-safe; a library stays loaded as long as the process. */
final class NativeFunctions {
    static final AddressLayout POINTER = ValueLayout.ADDRESS;
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    /** {@code ov_shape_t}, which is passed by value. */
    static final StructLayout SHAPE = MemoryLayout.structLayout(LONG.withName("rank"), POINTER.withName("dims"));

    private static final int OK = 0;

    /** Messages and names that the library gives are cut here. */
    private static final int LONGEST_TEXT = 1 << 20;

    private static final int LONGEST_MESSAGE = 2000;

    private final Path file;
    private final SymbolLookup symbols;
    private final MethodHandle lastMessage;
    private final MethodHandle statusText;
    private final MethodHandle free;

    /**
     * Loads a library.
     *
     * @throws IllegalArgumentException if it cannot be loaded
     * @throws MissingFunctionException if it is no OpenVINO, or of a version without a function that is needed
     */
    NativeFunctions(Path file) {
        this.file = file;
        this.symbols = SymbolLookup.libraryLookup(file, Arena.global());
        this.lastMessage = function("ov_get_last_err_msg", FunctionDescriptor.of(POINTER));
        this.statusText = function("ov_get_error_info", FunctionDescriptor.of(POINTER, INT));
        this.free = procedure("ov_free", POINTER);
    }

    /** A function that gives a status. */
    MethodHandle status(String name, MemoryLayout... arguments) {
        return function(name, FunctionDescriptor.of(INT, arguments));
    }

    /** A function that gives nothing. */
    MethodHandle procedure(String name, MemoryLayout... arguments) {
        return function(name, FunctionDescriptor.ofVoid(arguments));
    }

    private MethodHandle function(String name, FunctionDescriptor descriptor) {
        var address = symbols.find(name).orElseThrow(() -> new MissingFunctionException(file, name));
        return Linker.nativeLinker().downcallHandle(address, descriptor);
    }

    /**
     * Checks a status.
     *
     * @throws EngineException with the library's own text, if it is not that of success. The library keeps the text of its last failure only: when two threads fail at the same moment,
     *     one may be told what happened to the other
     */
    void check(int status) {
        if (status != OK) {
            throw new EngineException(message(status));
        }
    }

    private String message(int status) {
        try {
            var told = owned((MemorySegment) lastMessage.invokeExact());
            return told == null || told.isBlank() ? text((MemorySegment) statusText.invokeExact(status)) : tidy(told);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Without the places in the library's sources, which start its messages. */
    static String tidy(String message) {
        var lines = message.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("Exception from ") && !line.equals("Error:"))
                .collect(Collectors.joining("; "));
        var kept = lines.isEmpty() ? message.strip() : lines;
        return kept.length() > LONGEST_MESSAGE ? kept.substring(0, LONGEST_MESSAGE) + " ..." : kept;
    }

    /** A text that the library made and this program frees; null if there is none. */
    @Nullable
    String owned(MemorySegment text) {
        if (text.equals(MemorySegment.NULL)) {
            return null;
        }
        try {
            return text(text);
        } finally {
            release(text);
        }
    }

    private void release(MemorySegment text) {
        try {
            free.invokeExact(text);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** A text that the library keeps. */
    static String text(MemorySegment text) {
        return text.equals(MemorySegment.NULL)
                ? ""
                : text.reinterpret(LONGEST_TEXT).getString(0);
    }

    /** What a call can throw besides errors of its own, which is none of the library's doing. */
    static RuntimeException unexpected(Throwable e) {
        return switch (e) {
            case RuntimeException runtime -> runtime;
            case Error error -> throw error;
            default -> new IllegalStateException(e);
        };
    }
}
