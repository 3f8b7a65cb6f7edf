package dev.suffice.engine.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.engine.EngineException;
import dev.suffice.engine.EngineStatus;
import dev.suffice.engine.Graph;
import dev.suffice.engine.GraphContent;
import dev.suffice.engine.SessionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.util.RestoreSystemProperties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RestoreSystemProperties
class OpenVinoLocationTest {
    private static final String PROPERTY = "suffice.openvino";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "libs", "openvino/libs", "runtime/lib/intel64"})
    void findsTheLibraryInEveryLayout(String within) throws IOException {
        var libraries = Files.createDirectories(folder.resolve(within));
        Files.createFile(libraries.resolve("libopenvino.so.2641"));
        var library = Files.createFile(libraries.resolve("libopenvino_c.so.2641"));
        System.setProperty(PROPERTY, folder.toString());
        assertThat(OpenVinoLocation.find())
                .contains(new OpenVinoLocation(library.toAbsolutePath(), "named by SUFFICE_OPENVINO"));
    }

    @Test
    void takesTheNewestOfSeveral() throws IOException {
        for (var name : new String[] {"libopenvino_c.so", "libopenvino_c.so.2540", "libopenvino_c.so.2641"}) {
            Files.createFile(folder.resolve(name));
        }
        System.setProperty(PROPERTY, folder.toString());
        assertThat(OpenVinoLocation.find().orElseThrow().library()).hasFileName("libopenvino_c.so.2641");
    }

    @Test
    void looksNowhereElseIfAFolderIsNamed() {
        var empty = folder.resolve("none");
        System.setProperty(PROPERTY, empty.toString());
        assertThat(OpenVinoLocation.find()).isEmpty();
        assertThat(new OpenVinoEngine().probe())
                .isEqualTo(
                        new EngineStatus.Unavailable(
                                "no OpenVINO library in %s, which SUFFICE_OPENVINO names".formatted(empty),
                                "install it with ./suffice engines install openvino, or name its folder with SUFFICE_OPENVINO"));
        assertThatThrownBy(() -> new OpenVinoEngine()
                        .open(
                                Graph.exported("unet", new GraphContent.OnnxFile(Path.of("unet.onnx"))),
                                SessionOptions.defaults()))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "graph unet: engine openvino: no OpenVINO library in %s, which SUFFICE_OPENVINO names; install it with ./suffice engines install openvino, or name its folder with SUFFICE_OPENVINO",
                        empty);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void saysThatAFileIsNoLibrary() throws IOException {
        var file = Files.writeString(folder.resolve("libopenvino_c.so.1"), "no library");
        assertThatThrownBy(() -> OpenVino.open(file))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("library %s does not load here".formatted(file));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void saysThatALibraryIsAnotherOne() throws IOException {
        try (Stream<Path> libraries = Files.walk(Path.of(System.getProperty("java.home"), "lib"))) {
            var other = libraries
                    .filter(file -> file.getFileName().toString().equals("libzip.so"))
                    .findFirst()
                    .orElseThrow();
            assertThatThrownBy(() -> OpenVino.open(other))
                    .isInstanceOf(EngineException.class)
                    .hasMessage(
                            "library %s has no function ov_get_last_err_msg: it is not OpenVINO's C library", other);
        }
    }

    @Test
    void messagesLoseThePlacesInTheSources() {
        assertThat(
                        NativeFunctions.tidy(
                                "Exception from src/inference/src/cpp/core.cpp:107:\nException from src/x.cpp:52:\nNo such thing: 3\n\n"))
                .isEqualTo("No such thing: 3");
        assertThat(NativeFunctions.tidy("Exception from a.cpp:1:\n")).isEqualTo("Exception from a.cpp:1:");
    }
}
