package dev.suffice.engine.openvino;

import static dev.suffice.engine.openvino.NativeFunctions.LONG;
import static dev.suffice.engine.openvino.NativeFunctions.POINTER;
import static dev.suffice.engine.openvino.NativeFunctions.unexpected;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The library's {@code ov_core_*}: devices and their properties, models read and compiled. Thread-safe. */
final class CoreFunctions {
    private static final StructLayout VERSION =
            MemoryLayout.structLayout(POINTER.withName("build"), POINTER.withName("description"));
    private static final StructLayout NAMES =
            MemoryLayout.structLayout(POINTER.withName("names"), LONG.withName("size"));
    private static final StructLayout PROPERTY =
            MemoryLayout.structLayout(POINTER.withName("key"), POINTER.withName("value"));
    private static final int MOST_DEVICES = 1024;

    private final NativeFunctions functions;
    private final MethodHandle version;
    private final MethodHandle versionFree;
    private final MethodHandle create;
    private final MethodHandle devices;
    private final MethodHandle devicesFree;
    private final MethodHandle property;
    private final MethodHandle readFile;
    private final MethodHandle readMemory;
    private final MethodHandle compile;

    CoreFunctions(NativeFunctions functions) {
        this.functions = functions;
        this.version = functions.status("ov_get_openvino_version", POINTER);
        this.versionFree = functions.procedure("ov_version_free", POINTER);
        this.create = functions.status("ov_core_create", POINTER);
        this.devices = functions.status("ov_core_get_available_devices", POINTER, POINTER);
        this.devicesFree = functions.procedure("ov_available_devices_free", POINTER);
        this.property = functions.status("ov_core_get_property", POINTER, POINTER, POINTER, POINTER);
        this.readFile = functions.status("ov_core_read_model", POINTER, POINTER, POINTER, POINTER);
        this.readMemory =
                functions.status("ov_core_read_model_from_memory_buffer", POINTER, POINTER, LONG, POINTER, POINTER);
        this.compile =
                functions.status("ov_core_compile_model_props", POINTER, POINTER, POINTER, LONG, POINTER, POINTER);
    }

    /** E.g. {@code 2026.4.1-22232-...}. */
    String version() {
        try (var arena = Arena.ofConfined()) {
            var found = arena.allocate(VERSION);
            functions.check((int) version.invokeExact(found));
            try {
                return NativeFunctions.text(found.get(POINTER, 0));
            } finally {
                versionFree.invokeExact(found);
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** A new {@code ov_core}. */
    MemorySegment create() {
        try (var arena = Arena.ofConfined()) {
            var core = arena.allocate(POINTER);
            functions.check((int) create.invokeExact(core));
            return core.get(POINTER, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    List<String> devices(MemorySegment core) {
        try (var arena = Arena.ofConfined()) {
            var found = arena.allocate(NAMES);
            functions.check((int) devices.invokeExact(core, found));
            try {
                var size = (int) Math.min(found.get(LONG, POINTER.byteSize()), MOST_DEVICES);
                var names = found.get(POINTER, 0).reinterpret(size * POINTER.byteSize());
                var list = new ArrayList<String>();
                for (int i = 0; i < size; i++) {
                    list.add(NativeFunctions.text(names.getAtIndex(POINTER, i)));
                }
                return list;
            } finally {
                devicesFree.invokeExact(found);
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** A property of a device, as text. */
    String property(MemorySegment core, String device, String key) {
        try (var arena = Arena.ofConfined()) {
            var value = arena.allocate(POINTER);
            functions.check(
                    (int) property.invokeExact(core, arena.allocateFrom(device), arena.allocateFrom(key), value));
            var text = functions.owned(value.get(POINTER, 0));
            return text == null ? "" : text;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Reads a model of OpenVINO's own format and the weights beside it. */
    MemorySegment readFile(MemorySegment core, String path) {
        try (var arena = Arena.ofConfined()) {
            var model = arena.allocate(POINTER);
            functions.check((int) readFile.invokeExact(core, arena.allocateFrom(path), MemorySegment.NULL, model));
            return model.get(POINTER, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Reads a serialised model.
     *
     * @param weights a tensor of the library's with the content of its {@code .bin} file, if it is of OpenVINO's own format; otherwise null
     */
    MemorySegment readMemory(MemorySegment core, byte[] bytes, MemorySegment weights) {
        try (var arena = Arena.ofConfined()) {
            var model = arena.allocate(POINTER);
            var copy = arena.allocate(bytes.length + 1L);
            MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
            functions.check((int) readMemory.invokeExact(core, copy, (long) bytes.length, weights, model));
            return model.get(POINTER, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Compiles a model, which stays as it is. */
    MemorySegment compile(MemorySegment core, MemorySegment model, String device, Map<String, String> properties) {
        try (var arena = Arena.ofConfined()) {
            var list = arena.allocate(PROPERTY, Math.max(1, properties.size()));
            long at = 0;
            for (var entry : properties.entrySet()) {
                list.set(POINTER, at, arena.allocateFrom(entry.getKey()));
                list.set(POINTER, at + POINTER.byteSize(), arena.allocateFrom(entry.getValue()));
                at += PROPERTY.byteSize();
            }
            var compiled = arena.allocate(POINTER);
            functions.check((int) compile.invokeExact(
                    core, model, arena.allocateFrom(device), (long) properties.size(), list, compiled));
            return compiled.get(POINTER, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }
}
