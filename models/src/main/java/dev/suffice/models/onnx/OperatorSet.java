package dev.suffice.models.onnx;

/** Which operators a graph may use. The same network computes the same in both, up to rounding. */
public enum OperatorSet {
    /** The standard operators (opset 21), which every engine that reads ONNX runs. */
    STANDARD,
    /** Also ONNX Runtime's own: attention, activations and normalisations as one operator each. */
    ONNX_RUNTIME;

    /** What an engine runs, by its name. */
    public static OperatorSet of(String engine) {
        return engine.equals("onnxruntime") ? ONNX_RUNTIME : STANDARD;
    }
}
