/** The default engine: ONNX Runtime on the processor. */
@org.jspecify.annotations.NullMarked
module dev.suffice.engine.onnxruntime {
    requires transitive dev.suffice.engine;
    requires transitive com.microsoft.onnxruntime;
    requires static org.jspecify;

    exports dev.suffice.engine.onnxruntime;

    provides dev.suffice.engine.Engine with
            dev.suffice.engine.onnxruntime.OnnxRuntimeEngine;
}
