package dev.suffice.models.family;

import dev.suffice.engine.Engine;
import dev.suffice.models.onnx.OperatorSet;
import java.util.List;

/** What tests run on every engine of this machine. */
final class EnginesUnderTest {
    private EnginesUnderTest() {}

    /** The operator sets that an engine runs. */
    static List<OperatorSet> operatorSets(Engine engine) {
        return OperatorSet.of(engine.name()) == OperatorSet.STANDARD
                ? List.of(OperatorSet.STANDARD)
                : List.of(OperatorSet.values());
    }
}
