package dev.suffice.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.SufficeException;
import dev.suffice.engine.EngineException;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.language.ExportedModels.Case;
import dev.suffice.models.ModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exported folders that cannot be used say what is wrong in them, and what to do. */
class ExportedRefusalTest {
    private static final String ADVICE =
            "; export the model again with Optimum (optimum-cli export onnx, or export openvino, with --task text-generation-with-past)";

    @TempDir
    private Path temporary;

    private Path folder = Path.of("");

    @BeforeEach
    void copy() throws IOException {
        folder = ExportedModels.whole(new Case("llama-tied-onnx", Engines.named("onnxruntime")), temporary);
    }

    private void open(String engine) {
        LanguageModel.open(
                        folder,
                        "exported",
                        temporary.resolve("cache"),
                        OptionalInt.empty(),
                        Engines.named(engine),
                        SessionOptions.defaults().withThreads(1))
                .close();
    }

    /** Another name of as many bytes wherever the file has it. */
    private void rename(String from, String to) throws IOException {
        var file = folder.resolve("model.onnx");
        var text = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to), StandardCharsets.ISO_8859_1);
    }

    @Test
    void anOutputThatIsMissing() throws IOException {
        rename("present.2.value", "absents.2.value");
        assertThatThrownBy(() -> open("onnxruntime"))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(
                        "model %s: exported network: has no output present.2.value; it has: logits, present.0.key",
                        folder)
                .hasMessageEndingWith(ADVICE);
    }

    @Test
    void anInputThatIsNotKnown() throws IOException {
        rename("position_ids", "position_odd");
        assertThatThrownBy(() -> open("onnxruntime"))
                .isInstanceOf(ModelException.class)
                .hasMessage(
                        "model %s: exported network: input position_odd is not one that is known (attention_mask, beam_idx, input_ids, position_ids, past_key_values.N.key and .value)%s",
                        folder, ADVICE);
    }

    @Test
    void noTokens() throws IOException {
        rename("input_ids", "inputs_id");
        assertThatThrownBy(() -> open("onnxruntime"))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(
                        "model %s: exported network: has no input input_ids; it has: inputs_id", folder);
    }

    @Test
    void aTruncatedFile() throws IOException {
        var file = folder.resolve("model.onnx");
        Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 300_000));
        for (var engine : Engines.available()) {
            assertThatThrownBy(() -> open(engine.name()))
                    .isInstanceOf(EngineException.class)
                    .hasMessageStartingWith("graph decoder: %s cannot open it: ", engine.name());
        }
    }

    @Test
    void noTokenizerOrConfiguration() throws IOException {
        Files.delete(folder.resolve("tokenizer.json"));
        assertThatThrownBy(() -> open("onnxruntime"))
                .isInstanceOf(SufficeException.class)
                .hasMessageContaining("tokenizer.json");
        Files.delete(folder.resolve("config.json"));
        assertThatThrownBy(() -> open("onnxruntime"))
                .isInstanceOf(ModelException.class)
                .hasMessage("%s: no such file", folder.resolve("config.json"));
    }

    @Test
    void anOlderLayout() throws IOException {
        Files.move(folder.resolve("model.onnx"), folder.resolve("decoder_model_merged.onnx"));
        assertThatThrownBy(() -> open("onnxruntime"))
                .isInstanceOf(ModelException.class)
                .hasMessage(
                        "model %s: decoder_model_merged.onnx: exports of this layout were traced for one token a pass and cannot judge drafts; export the model again with a current Optimum (optimum-cli export onnx --task text-generation-with-past), which writes model.onnx",
                        folder);
    }

    @Test
    void openVinosFormatOnAnotherEngine() throws IOException {
        Files.delete(folder.resolve("model.onnx"));
        Files.writeString(folder.resolve("openvino_model.xml"), "<net/>");
        assertThatThrownBy(() -> open("onnxruntime"))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "graph decoder: file %s is of OpenVINO's format, which onnxruntime does not read; open it with engine openvino",
                        folder.resolve("openvino_model.xml"));
    }
}
