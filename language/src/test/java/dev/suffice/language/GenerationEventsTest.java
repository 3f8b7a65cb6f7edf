package dev.suffice.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.Cancellation;
import dev.suffice.core.CancelledException;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.language.speculate.PromptLookup;
import dev.suffice.language.speculate.SpeculationPolicy;
import dev.suffice.models.decoder.Decoders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the flight recorder says of an answer is what its report says. */
class GenerationEventsTest {
    private static final int[] PROMPT = {54, 283, 223, 470, 75, 398, 301, 326, 54, 283, 223, 470};
    private static final String ANSWER = "dev.suffice.TextGeneration";
    private static final String ROUND = "dev.suffice.SpeculationRound";

    @TempDir
    private Path folder;

    private static DecoderSession session;

    @BeforeAll
    static void open() {
        session = DecoderSession.open(
                Decoders.open(TestModels.folder().resolve("llama-tied")),
                256,
                Engines.named("onnxruntime"),
                SessionOptions.defaults().withThreads(1));
    }

    @AfterAll
    static void close() {
        session.close();
    }

    private static Generation generate(SpeculationPolicy policy, Cancellation cancellation, TokenListener listener) {
        try (var text = session.text()) {
            return new Generator("tiny", session, List.of(new PromptLookup()), policy)
                    .generate(text, GenerationRequest.greedy(PROMPT, 80, Set.of()), cancellation, listener);
        }
    }

    private List<RecordedEvent> recorded(Runnable work) throws IOException {
        var file = folder.resolve("run.jfr");
        try (var recording = new Recording()) {
            recording.enable(ANSWER);
            recording.enable(ROUND);
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file);
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .toList();
    }

    @Test
    void anAnswerAndItsRoundsAreEvents() throws IOException {
        var answers = new java.util.ArrayList<Generation>();
        var events = recorded(
                () -> answers.add(generate(new SpeculationPolicy.Fixed(4), new Cancellation(), TokenListener.SILENT)));
        var report = answers.getFirst().report();
        var answer = named(events, ANSWER).getFirst();
        assertThat(named(events, ANSWER)).hasSize(1);
        assertThat(answer.getString("model")).isEqualTo("tiny");
        assertThat(answer.getString("finish")).isEqualTo("length");
        assertThat(answer.getInt("promptTokens")).isEqualTo(PROMPT.length);
        assertThat(answer.getInt("cachedTokens")).isZero();
        assertThat(answer.getInt("tokens")).isEqualTo(80);
        assertThat(answer.getInt("passes")).isEqualTo(report.passes());
        assertThat(answer.getInt("drafted")).isEqualTo(report.drafted()).isPositive();
        assertThat(answer.getInt("accepted")).isEqualTo(report.accepted()).isPositive();
        assertThat(answer.getInt("decidedAgain")).isEqualTo(report.decidedAgain());
        assertThat(answer.getDuration("firstToken")).isEqualTo(report.firstToken());
        assertThat(answer.getDuration("drafting")).isEqualTo(report.drafting());
        assertThat(answer.getDuration()).isGreaterThanOrEqualTo(report.firstToken());
        assertThat(answer.getLong("cache")).isPositive();

        var rounds = named(events, ROUND);
        assertThat(rounds).hasSize(report.passes() - report.decidedAgain());
        assertThat(rounds.stream().mapToInt(round -> round.getInt("drafted")).sum())
                .isEqualTo(report.drafted());
        assertThat(rounds.stream().mapToInt(round -> round.getInt("accepted")).sum())
                .isEqualTo(report.accepted());
        assertThat(rounds.stream()
                        .mapToLong(round -> round.getDuration("draft").toNanos())
                        .sum())
                .isEqualTo(report.drafting().toNanos());
        assertThat(rounds)
                .allMatch(round -> round.getString("drafter").equals(round.getInt("drafted") > 0 ? "lookup" : "none"))
                .allMatch(round -> round.getDuration("verify").isPositive());
        assertThat(rounds.getFirst().getInt("position")).isEqualTo(PROMPT.length);
    }

    @Test
    void aCancelledAnswerTellsHowFarItCame() throws IOException {
        var cancellation = new Cancellation();
        var events =
                recorded(() -> assertThatThrownBy(() -> generate(new SpeculationPolicy.None(), cancellation, (_, _) -> {
                            cancellation.cancel();
                            return true;
                        }))
                        .isInstanceOf(CancelledException.class));
        var answer = named(events, ANSWER).getFirst();
        assertThat(answer.getString("finish")).isEqualTo("cancelled");
        assertThat(answer.getInt("tokens")).isEqualTo(1);
        assertThat(answer.getInt("passes")).isZero();
    }
}
