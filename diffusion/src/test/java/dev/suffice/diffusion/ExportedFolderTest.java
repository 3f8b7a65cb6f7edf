package dev.suffice.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.StepCount;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.policy.StepPolicy;
import dev.suffice.engine.EngineException;
import dev.suffice.image.RgbdImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that Optimum has exported; that they compute what was recorded is in {@link Ldm3dGoldenTest}. */
class ExportedFolderTest {
    private static final Path BUILT = Path.of("../models/src/test/resources/goldens/ldm3d/tiny-ldm3d");
    private static final Path ONNX = Path.of("src/test/resources/exported/tiny-ldm3d-onnx");
    private static final Path OPENVINO = Path.of("src/test/resources/exported/tiny-ldm3d-openvino");

    @TempDir
    Path folder;

    @Test
    void computesWhatTheNetworksBuiltFromItsWeightsDo() {
        same(request());
        same(request().scheduler("euler-a"));
        same(request().scheduler("dpm2-karras").guidance(1)); // timesteps between whole numbers
        same(request().count(3));
    }

    @Test
    void changesImages() {
        same(request().init(new InitImage(TinyModel.picture(32, 32), 0.6)));
    }

    /** Those that decide between passes; there is no deep part to be left out. */
    @Test
    void policiesWork() {
        var request = request().steps(StepCount.fixed(20)).policy(StepPolicy.parse("converge,skip=0.5,guidance"));
        same(request);
        var few = run(ONNX, request.build());
        assertThat(few.passes().executed()).isLessThan(40);
        var reuse = request().policy(StepPolicy.parse("reuse"));
        assertClose(
                run(ONNX, reuse.build()).image(),
                run(ONNX, request().policy(StepPolicy.none()).build()).image());
    }

    @Test
    void reportsPassesInsteadOfOperations() {
        var report = run(ONNX, request().build()).compute();
        assertThat(report.fullFlops()).isZero();
        assertThat(report.saved()).isEqualTo(0.88, within(1e-9));
        assertThat(report.line())
                .contains("12 U-Net passes of 100 (50 steps with guidance): 88% of the computation saved");
    }

    @Test
    void refusesPanoramas() {
        assertThatThrownBy(() -> run(
                        ONNX,
                        request().size(new ImageSize(64, 32)).panorama(true).build()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "model %s: exported networks cannot wrap around; panoramas need the model's own weights", ONNX);
    }

    @Test
    void namesTheEngineThatReadsAFormat() {
        assertThatThrownBy(() -> run(OPENVINO, request().build()))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "graph text_encoder: file %s is of OpenVINO's format, which onnxruntime does not read; open it with engine openvino",
                        OPENVINO.resolve("text_encoder/openvino_model.xml"));
    }

    @Test
    void namesAPartThatIsMissing() throws IOException {
        TinyModel.copy(ONNX, folder);
        Files.delete(folder.resolve("vae_encoder/model.onnx"));
        run(folder, request().build());
        assertThatThrownBy(() -> run(
                        folder,
                        request()
                                .init(new InitImage(TinyModel.picture(32, 32), 0.6))
                                .build()))
                .isInstanceOf(SufficeException.class)
                .hasMessage(
                        "model %s: has no exported network in vae_encoder: expected model.onnx or openvino_model.xml",
                        folder);
        Files.delete(folder.resolve("vae_decoder/config.json"));
        assertThatThrownBy(() -> run(folder, request().build()))
                .isInstanceOf(SufficeException.class)
                .hasMessageContaining("vae_decoder");
    }

    private static ImageRequest.Builder request() {
        return ImageRequest.of("a red sofa in a bright living room")
                .steps(StepCount.fixed(6))
                .policy(StepPolicy.none())
                .size(new ImageSize(32, 32))
                .guidance(5)
                .seed(11);
    }

    private static void same(ImageRequest.Builder request) {
        assertClose(
                run(ONNX, request.build()).image(), run(BUILT, request.build()).image());
    }

    private static void assertClose(RgbdImage image, RgbdImage expected) {
        for (int y = 0; y < expected.height(); y++) {
            for (int x = 0; x < expected.width(); x++) {
                for (int shift = 0; shift < 24; shift += 8) {
                    assertThat(image.rgb(x, y) >> shift & 0xff)
                            .as("at %d, %d", x, y)
                            .isCloseTo(expected.rgb(x, y) >> shift & 0xff, within(1));
                }
                assertThat(image.depth(x, y)).isCloseTo(expected.depth(x, y), within(64));
            }
        }
    }

    private static GeneratedImage run(Path model, ImageRequest request) {
        try (var pipeline = TinyModel.open(model)) {
            return pipeline.run(request, new Cancellation(), RunListener.silent())
                    .getLast();
        }
    }
}
