package dev.suffice.diffusion.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.RunListener;
import dev.suffice.engine.Engine;
import dev.suffice.engine.EngineException;
import dev.suffice.engine.EngineStatus;
import dev.suffice.engine.Engines;
import dev.suffice.engine.Graph;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FastestEngineTest {
    private static final Path MODEL = Path.of("../models/src/test/resources/goldens/ldm3d/tiny-ldm3d");

    @TempDir
    Path cache;

    private final List<String> measured = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private String failing = "";
    private String version = "1.0";

    /** Quick to open, slow to compute. */
    private final Engine hare = new PretendedEngine("hare");

    /** The other way round. */
    private final Engine tortoise = new PretendedEngine("tortoise");

    @Test
    void choosesByWhatTheProcessWillDo() {
        // 1 s + 0.1 s an image of ten steps, against 5 s + 0.05 s: even after 80 images
        assertThat(choose(new ExpectedWork(1, 10)).engine()).isSameAs(hare);
        assertThat(choose(new ExpectedWork(79, 10)).engine()).isSameAs(hare);
        assertThat(choose(new ExpectedWork(81, 10)).engine()).isSameAs(tortoise);
        assertThat(choose(ExpectedWork.endless()).engine()).isSameAs(tortoise);
        assertThat(choose(new ExpectedWork(1, 10_000)).engine()).isSameAs(tortoise);
    }

    @Test
    void measuresOnceForAModelAVersionAndANumberOfThreads() {
        choose(ExpectedWork.endless());
        assertThat(measured).containsExactly("warm hare", "hare", "tortoise");
        choose(ExpectedWork.images(1));
        assertThat(measured).hasSize(3);
        assertThat(warnings)
                .containsExactly(
                        "measuring engine hare on model tiny, once", "measuring engine tortoise on model tiny, once");
        version = "1.1";
        choose(ExpectedWork.images(1));
        assertThat(measured).hasSize(6);
        select(options().withThreads(2), ExpectedWork.endless()).of(MODEL, "tiny", listener());
        assertThat(measured).hasSize(9);
    }

    @Test
    void saysWhatItMeasured() {
        var choice = choose(ExpectedWork.endless());
        assertThat(choice.measured()).extracting(EngineTimes::engine).containsExactly("hare", "tortoise");
        assertThat(choice.text())
                .isEqualTo(
                        "tortoise (hare 1.0: 1.0 s to open, 10.0 ms a step; tortoise 1.0: 5.0 s to open, 5.00 ms a step)");
    }

    @Test
    void leavesOutAnEngineThatFails() {
        failing = "tortoise";
        var choice = choose(ExpectedWork.endless());
        assertThat(choice.engine()).isSameAs(hare);
        assertThat(warnings).contains("engine tortoise is left out: graph unet: too slow");
    }

    @Test
    void measuresAgainIfTheFileIsDamaged() throws IOException {
        choose(ExpectedWork.endless());
        try (var files = Files.list(cache.resolve("times"))) {
            for (var file : files.toList()) {
                Files.writeString(file, "{\"engines\": [{\"engine\": \"hare\", \"version\": \"1.0\", \"open\": -3}]}");
            }
        }
        choose(ExpectedWork.endless());
        assertThat(measured).hasSize(6);
    }

    @Test
    void aloneThereIsNothingToChoose() {
        var selection = new FastestEngine(
                () -> List.of(hare),
                new EngineTimesFile(cache.resolve("times"), options()),
                new Pretended(),
                ExpectedWork.endless());
        assertThat(selection.of(MODEL, "tiny", listener())).isEqualTo(new EngineChoice(hare, List.of()));
        assertThat(measured).isEmpty();
        assertThat(EngineSelection.of(hare).of(MODEL, "tiny", listener()).text())
                .isEqualTo("hare");
    }

    @Test
    void measuresARealModel() {
        var times = new EngineTrial(cache, options()).measure(Engines.named(Engines.DEFAULT), "1", MODEL, "tiny");
        assertThat(times.engine()).isEqualTo(Engines.DEFAULT);
        assertThat(times.open()).isPositive();
        assertThat(times.step()).isBetween(0.0, 10.0);
    }

    @Test
    void namesAreLookedUp() {
        assertThat(EngineSelection.parse("onnxruntime", cache, options(), ExpectedWork.images(1))
                        .of(MODEL, "tiny", listener())
                        .engine()
                        .name())
                .isEqualTo("onnxruntime");
        assertThatThrownBy(() -> EngineSelection.parse("snail", cache, options(), ExpectedWork.images(1)))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> new ExpectedWork(0, 1)).isInstanceOf(InvalidRequestException.class);
    }

    private EngineChoice choose(ExpectedWork work) {
        return select(options(), work).of(MODEL, "tiny", listener());
    }

    private EngineSelection select(SessionOptions options, ExpectedWork work) {
        return new FastestEngine(
                () -> List.of(hare, tortoise),
                new EngineTimesFile(cache.resolve("times"), options),
                new Pretended(),
                work);
    }

    private RunListener listener() {
        return new RunListener() {
            @Override
            public void warning(String message) {
                warnings.add(message);
            }
        };
    }

    private static SessionOptions options() {
        return SessionOptions.defaults().withThreads(1);
    }

    private final class Pretended implements FastestEngine.Trial {
        @Override
        public void warmUp(Engine engine, Path folder, String name) {
            measured.add("warm " + engine.name());
        }

        @Override
        public EngineTimes measure(Engine engine, String version, Path folder, String name) {
            if (engine.name().equals(failing)) {
                throw new SufficeException("graph unet: too slow");
            }
            measured.add(engine.name());
            return engine.name().equals("hare")
                    ? new EngineTimes("hare", version, 1, 0, 0.01)
                    : new EngineTimes("tortoise", version, 5, 0, 0.005);
        }
    }

    private final class PretendedEngine implements Engine {
        private final String name;

        PretendedEngine(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public EngineStatus probe() {
            return new EngineStatus.Available(version, List.of("cpu"));
        }

        @Override
        public Session open(Graph graph, SessionOptions options) {
            throw new EngineException("graph %s: nothing is computed here".formatted(graph.name()));
        }
    }
}
