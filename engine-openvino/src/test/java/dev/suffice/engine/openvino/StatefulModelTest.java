package dev.suffice.engine.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.engine.EngineException;
import dev.suffice.engine.Graph;
import dev.suffice.engine.GraphContent;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.engine.TensorSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class StatefulModelTest {
    /** y = the sum of all x so far, where it is positive. */
    private static final String SUM = """
            <?xml version="1.0"?>
            <net name="sum" version="11">
            <layers>
            <layer id="0" name="x" type="Parameter" version="opset1"><data shape="1,2" element_type="f32" />
            <output><port id="0" precision="FP32" names="x"><dim>1</dim><dim>2</dim></port></output></layer>
            <layer id="1" name="zero" type="Const" version="opset1"><data element_type="f32" shape="1, 2" offset="0" size="8" />
            <output><port id="0" precision="FP32"><dim>1</dim><dim>2</dim></port></output></layer>
            <layer id="2" name="read" type="ReadValue" version="opset6">
            <data variable_id="beforeafter" variable_type="f32" variable_shape="1,2" />
            <input><port id="0" precision="FP32"><dim>1</dim><dim>2</dim></port></input>
            <output><port id="1" precision="FP32" names="before"><dim>1</dim><dim>2</dim></port></output></layer>
            <layer id="3" name="add" type="Add" version="opset1"><data auto_broadcast="numpy" />
            <input><port id="0" precision="FP32"><dim>1</dim><dim>2</dim></port><port id="1" precision="FP32"><dim>1</dim><dim>2</dim></port></input>
            <output><port id="2" precision="FP32"><dim>1</dim><dim>2</dim></port></output></layer>
            <layer id="6" name="relu" type="ReLU" version="opset1">
            <input><port id="0" precision="FP32"><dim>1</dim><dim>2</dim></port></input>
            <output><port id="1" precision="FP32" names="y"><dim>1</dim><dim>2</dim></port></output></layer>
            <layer id="4" name="assign" type="Assign" version="opset6"><data variable_id="beforeafter" />
            <input><port id="0" precision="FP32"><dim>1</dim><dim>2</dim></port></input>
            <output><port id="1" precision="FP32"><dim>1</dim><dim>2</dim></port></output></layer>
            <layer id="5" name="result" type="Result" version="opset1" output_names="y">
            <input><port id="0" precision="FP32"><dim>1</dim><dim>2</dim></port></input></layer>
            </layers>
            <edges>
            <edge from-layer="1" from-port="0" to-layer="2" to-port="0" />
            <edge from-layer="2" from-port="1" to-layer="3" to-port="0" />
            <edge from-layer="0" from-port="0" to-layer="3" to-port="1" />
            <edge from-layer="3" from-port="2" to-layer="4" to-port="0" />
            <edge from-layer="3" from-port="2" to-layer="6" to-port="0" />
            <edge from-layer="6" from-port="1" to-layer="5" to-port="0" />
            </edges>
            </net>
            """;

    @TempDir
    private Path folder;

    private static String without(String xml) {
        return new String(
                StatefulModel.withoutState(xml.getBytes(StandardCharsets.UTF_8)).orElseThrow(), StandardCharsets.UTF_8);
    }

    @Test
    void variablesBecomeInputsAndOutputs() {
        var xml = without(SUM);
        assertThat(xml).doesNotContain("ReadValue", "Assign", "variable_id", "to-layer=\"2\"");
        assertThat(xml.split("<edge ", -1)).hasSize(6);
        assertThat(xml).contains("type=\"Parameter\"", "output_names=\"after\"", "names=\"before\"");
        assertThat(without(SUM.replace("beforeafter", "v"))).contains("output_names=\"v.next\"");
        assertThat(without(SUM.replace(" names=\"before\"", "").replace("beforeafter", "v")))
                .contains("names=\"v\"");
    }

    @Test
    void modelsWithoutStateStayAsTheyAre() {
        assertThat(StatefulModel.withoutState("<net><layers><layer id=\"0\" type=\"Result\"/></layers></net>"
                        .getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @Test
    void whatIsDamagedIsRefused() {
        assertThatThrownBy(() -> without(SUM.substring(0, 700)))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("not XML that can be read: ");
        assertThatThrownBy(() -> without(SUM.replace("\" variable_type=\"f32\"", "\"")))
                .isInstanceOf(EngineException.class)
                .hasMessage("layer read: variable before has no type");
        assertThatThrownBy(() ->
                        without(SUM.replace("<data variable_id=\"beforeafter\" />", "<data variable_id=\"other\" />")))
                .isInstanceOf(EngineException.class)
                .hasMessage("layer assign: variable other is assigned and never read");
        assertThatThrownBy(() -> without(SUM.replace("<data variable_id=\"beforeafter\" />", "")))
                .isInstanceOf(EngineException.class)
                .hasMessage("layer assign: has no data");
        assertThatThrownBy(() -> without(SUM.replace(
                        "<net name=\"sum\"",
                        "<!DOCTYPE net [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><net name=\"&e;\"")))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("not XML that can be read: ");
    }

    @Test
    @EnabledIf("dev.suffice.engine.openvino.OpenVinoEngineTest#available")
    void theCallerKeepsTheState() throws IOException {
        var file = Files.writeString(folder.resolve("sum.xml"), SUM);
        var graph = Graph.exported("sum", new GraphContent.OpenVinoFile(file));
        assertThatThrownBy(() -> new OpenVinoEngine().open(graph, SessionOptions.defaults()))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "graph sum: openvino cannot open it: file %s does not exist or cannot be read",
                        folder.resolve("sum.bin"));
        Files.write(folder.resolve("sum.bin"), new byte[8]);
        try (var session = new OpenVinoEngine()
                        .open(graph, SessionOptions.defaults().withThreads(1));
                var x = Tensor.of(new float[] {1, 2}, Shape.of(1, 2));
                var before = Tensor.of(new float[] {10, 20}, Shape.of(1, 2))) {
            assertThat(session.inputs()).extracting(TensorSpec::name).containsExactlyInAnyOrder("x", "before");
            assertThat(session.outputs()).extracting(TensorSpec::name).contains("after");
            for (int run = 0; run < 2; run++) {
                var made = session.run(Map.of("x", x, "before", before), List.of("after"));
                try (var after = Objects.requireNonNull(made.get("after"))) {
                    assertThat(after.toFloatArray()).containsExactly(11, 22);
                }
            }
        }
    }
}
