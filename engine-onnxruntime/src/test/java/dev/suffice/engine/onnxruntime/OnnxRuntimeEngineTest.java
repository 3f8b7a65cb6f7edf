package dev.suffice.engine.onnxruntime;

import dev.suffice.engine.Engine;
import dev.suffice.engine.contract.EngineContract;

class OnnxRuntimeEngineTest extends EngineContract {
    @Override
    protected Engine engine() {
        return new OnnxRuntimeEngine();
    }
}
