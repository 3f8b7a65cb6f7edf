package dev.suffice.train.exithead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.decoder.Decoders;
import dev.suffice.models.decoder.ExitHead;
import dev.suffice.train.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a small model of random weights, whose choices behind random tokens are to be guessed after two of its four layers. */
class ExitHeadTrainingTest {
    private static final Path MODEL = Path.of("../language/src/test/resources/dev/suffice/language/models/llama-tied");
    private static final ModelView VIEW = new ModelView(
            Decoders.open(MODEL),
            "0123456789abcdef",
            Engines.named("onnxruntime"),
            SessionOptions.defaults().withThreads(1));

    @TempDir
    private Path folder;

    private static List<AnsweredText> texts(int count) {
        var random = new SplittableRandom(11);
        var texts = new ArrayList<AnsweredText>();
        for (int i = 0; i < count; i++) {
            texts.add(new AnsweredText(random.ints(30, 0, 600).toArray(), 1 + i % 5));
        }
        return texts;
    }

    private ExitHeadOptions options(String name, double epochs) {
        return new ExitHeadOptions(
                folder.resolve(name + "-run"),
                folder.resolve(name),
                2,
                500,
                64,
                epochs,
                64,
                1e-3,
                20,
                3,
                1,
                Duration.ofMinutes(10));
    }

    private static ExitHeadTraining.Trained train(int count, ExitHeadOptions options)
            throws IOException, InterruptedException {
        return ExitHeadTraining.run(VIEW, texts(count), options, progress -> {});
    }

    @Test
    void aTrainedHeadGuessesBetterAndIsTheOneThatTheEngineRuns() throws Exception {
        var little = train(400, options("little", 0.01));
        var much = train(400, options("much", 3));
        // Choices behind random tokens are hardly to be guessed, but how likely they are is.
        assertThat(much.quality().loss()).isLessThan(little.quality().loss() - 0.4);
        assertThat(much.quality().agreement())
                .isGreaterThan(0.15)
                .isLessThanOrEqualTo(much.quality().covered());
        assertThat(much.trained()).isEqualTo(places(texts(400).subList(20, 400)));
        assertThat(much.quality().places()).isEqualTo(places(texts(400).subList(0, 20)));

        var head = ExitHead.open(folder.resolve("much"));
        assertThat(head.fits(VIEW.decoder())).isTrue();
        assertThat(head.after()).isEqualTo(2);
        assertThat(head.words()).hasSize(much.words()).doesNotHaveDuplicates();
        var seen = head.calibration().orElseThrow();
        assertThat(seen.model()).isEqualTo("0123456789abcdef");
        assertThat(seen.texts()).isEqualTo(20);
        assertThat(seen.agrees()).isEqualTo(much.calibration().agrees());
        int agrees = 0;
        for (var agree : seen.agrees()) {
            agrees += agree ? 1 : 0;
        }
        // The file has 8 bits.
        assertThat((double) agrees / seen.agrees().length)
                .isCloseTo(much.quality().agreement(), within(0.03));
        assertThat(folder.resolve("much-run/exit-head-loss.png")).exists();
    }

    private static int places(List<AnsweredText> texts) {
        return texts.stream().mapToInt(AnsweredText::places).sum();
    }

    @Test
    void aRunThatWasStoppedGoesOnAndBecomesTheSame() throws Exception {
        train(120, options("whole", 3));
        var stopped = options("stopped", 3);
        assertThatThrownBy(() -> ExitHeadTraining.run(VIEW, texts(120), stopped, progress -> {
                    if (progress.stage().equals("states")) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .isInstanceOf(InterruptedException.class)
                .hasMessageContaining("the same command goes on");
        assertThatThrownBy(() -> ExitHeadTraining.run(VIEW, texts(120), stopped, progress -> {
                    if (progress.step() == 40) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .isInstanceOf(InterruptedException.class)
                .hasMessageContaining("goes on from the checkpoint");
        assertThat(folder.resolve("stopped")).doesNotExist();
        train(120, stopped);
        for (var file : List.of("model.safetensors", "config.json")) {
            assertThat(folder.resolve("stopped").resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("whole").resolve(file));
        }
        var faster = new ExitHeadOptions(
                stopped.run(), stopped.out(), 2, 500, 64, 3, 64, 1e-2, 20, 3, 1, Duration.ofMinutes(10));
        assertThatThrownBy(() -> train(120, faster))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the checkpoint was made with the rate 0.001, and this is 0.01");
    }

    @Test
    void whatWasReadIsNotReadAgain() throws Exception {
        train(20 + 64 + 10, options("head", 0.1));
        var before = files();
        var read = new ArrayList<Progress>();
        Files.delete(folder.resolve("head-run/exit-head.checkpoint"));
        ExitHeadTraining.run(VIEW, texts(20 + 64 + 64), options("head", 0.1), progress -> {
            if (progress.stage().equals("states")) {
                read.add(progress);
            }
        });
        // The held-out texts and the 64 that fill a file are there; what is behind them is another file now.
        assertThat(read).hasSize(1);
        assertThat(files()).containsAllEntriesOf(before).hasSize(before.size() + 1);
    }

    private Map<String, Long> files() throws IOException {
        var found = new TreeMap<String, Long>();
        try (var files = Files.list(folder.resolve("head-run/states"))) {
            for (var file : files.toList()) {
                found.put(
                        file.getFileName().toString(),
                        Files.getLastModifiedTime(file).toMillis());
            }
        }
        return found;
    }

    @Test
    void likelyTokensAreTheHighestScores() {
        var random = new SplittableRandom(5);
        var scores = new float[50];
        for (int i = 0; i < scores.length; i++) {
            // Some are the same.
            scores[i] = random.nextInt(30);
        }
        var expected = java.util.stream.IntStream.range(0, scores.length)
                .boxed()
                .sorted((a, b) -> Float.compare(scores[b], scores[a]))
                .limit(PlaceWriter.LIKELY)
                .mapToInt(Integer::intValue)
                .toArray();
        assertThat(PlaceWriter.likely(scores)).isEqualTo(expected);
        assertThat(PlaceWriter.likely(new float[] {1, 3, 2})).containsExactly(1, 2, 0);
    }

    @Test
    void whatCannotBeTrainedIsRefused() {
        assertThatThrownBy(() -> train(20, options("few", 1)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("20 texts, 20 of them to be held out: give more texts, or hold out fewer");
        var usual = options("deep", 1);
        var deep = new ExitHeadOptions(
                usual.run(), usual.out(), 4, 500, 64, 1, 64, 1e-3, 20, 3, 1, Duration.ofMinutes(10));
        assertThatThrownBy(() -> train(40, deep))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("after 4: the model has 4 layers, and at least one has to run behind the head");
        assertThatThrownBy(() -> new ExitHeadOptions(
                        usual.out().resolve("run"), usual.out(), 2, 9, 9, 1, 9, 1e-3, 2, 3, 1, Duration.ofMinutes(1)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("give another folder");
        for (double epochs : new double[] {0, -1, Double.NaN, 1e9}) {
            assertThatThrownBy(() -> options("x", epochs)).isInstanceOf(InvalidRequestException.class);
        }
        assertThatThrownBy(() -> new AnsweredText(new int[] {1, 2}, 2)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> new AnsweredText(new int[] {1, 2}, 0)).isInstanceOf(InvalidRequestException.class);
    }
}
