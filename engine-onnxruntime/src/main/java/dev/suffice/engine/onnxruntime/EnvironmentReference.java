package dev.suffice.engine.onnxruntime;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A reference to the library's environment that is never given back. The library's Java classes release theirs when the virtual machine begins to shut down, while other threads
 * may still compute: the environment's threads and log go away under them, and the process dies of a segmentation fault instead of the signal that it was sent. The environment
 * is counted, so that one more reference keeps it until the process has ended.
 */
final class EnvironmentReference {
    /** The version of the library's interface that is asked for; it is only ever added to, so that any later library has it. */
    private static final int API_VERSION = 14;

    /** Places in the tables of functions: {@code OrtApiBase.GetApi}, {@code OrtApi.CreateEnv}. */
    private static final long GET_API = 0;

    private static final long CREATE_ENV = 3;
    private static final int ERROR = 3;

    private EnvironmentReference() {}

    /**
     * Takes it. The environment must exist, and the library have been loaded by the class loader of this class; with another one nothing happens.
     *
     * @return whether there is one now
     */
    static boolean take() {
        var base = SymbolLookup.loaderLookup().find("OrtGetApiBase");
        if (base.isEmpty()) {
            return false;
        }
        try (var arena = Arena.ofConfined()) {
            var bases = function(base.get(), FunctionDescriptor.of(ValueLayout.ADDRESS));
            var table = (MemorySegment) bases.invokeExact();
            var getApi =
                    function(entry(table, GET_API), FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
            var api = (MemorySegment) getApi.invokeExact(API_VERSION);
            if (api.equals(MemorySegment.NULL)) {
                return false;
            }
            var createEnv = function(
                    entry(api, CREATE_ENV),
                    FunctionDescriptor.of(
                            ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
            var status = (MemorySegment)
                    createEnv.invokeExact(ERROR, arena.allocateFrom("suffice"), arena.allocate(ValueLayout.ADDRESS));
            return status.equals(MemorySegment.NULL);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("onnxruntime: no reference to its environment", e);
        }
    }

    private static MethodHandle function(MemorySegment address, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(address, descriptor);
    }

    private static MemorySegment entry(MemorySegment table, long index) {
        var size = ValueLayout.ADDRESS.byteSize();
        return table.reinterpret((index + 1) * size).get(ValueLayout.ADDRESS, index * size);
    }
}
