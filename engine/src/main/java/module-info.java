/** Where graphs run: tensors, sessions and engines, found by {@link java.util.ServiceLoader}. */
@org.jspecify.annotations.NullMarked
module dev.suffice.engine {
    requires transitive dev.suffice.core;
    requires static transitive org.jspecify;

    exports dev.suffice.engine;
    exports dev.suffice.engine.onnx;

    uses dev.suffice.engine.Engine;
}
