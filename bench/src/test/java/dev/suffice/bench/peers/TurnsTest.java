package dev.suffice.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.Cancellation;
import dev.suffice.core.CancelledException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class TurnsTest {
    private final Cancellation cancellation = new Cancellation();
    private final List<Measurement> measured = new ArrayList<>();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each
    private Path log;

    @BeforeEach
    void begin() {
        log = folder.resolve("log");
    }

    @Test
    void goesRoundInAnotherOrderForEachItem() throws IOException {
        var turns = turns(Turns.Memory.ALL, Duration.ofMinutes(1), contender("a"), contender("b"), contender("c"));
        turns.run(0, 2, measured::addAll);
        assertThat(turns.left()).isEmpty();
        assertThat(measured).hasSize(12).allMatch(one -> one.seconds() == 0.5);
        assertThat(measured.stream().map(one -> one.round() + one.item() + one.contender()))
                .containsExactly("0xa", "0xb", "0xc", "0yb", "0yc", "0ya", "1xb", "1xc", "1xa", "1yc", "1ya", "1yb");
        assertThat(turns.versions().keySet()).containsExactly("a", "b", "c");
        assertThat(loads()).isEqualTo(3);
    }

    @Test
    void onlyOneWorksAtATime() throws IOException {
        turns(Turns.Memory.ALL, Duration.ofMinutes(1), contender("a"), contender("b"))
                .run(0, 2, measured::addAll);
        var working = Files.readAllLines(log).stream()
                .filter(line -> !line.startsWith("load"))
                .toList();
        assertThat(working).hasSize(2 * (2 + 2 * 2 * 2)); // warm-up and measured ones, begun and ended
        for (int i = 0; i < working.size(); i += 2) {
            assertThat(working.get(i)).startsWith("begin");
            assertThat(working.get(i + 1)).isEqualTo(working.get(i).replace("begin", "end"));
        }
    }

    @Test
    void opensAnewBeforeEachRoundWhereSomethingIsRemembered() throws IOException {
        turns(Turns.Memory.ROUND, Duration.ofMinutes(1), contender("a"), contender("b"))
                .run(0, 3, measured::addAll);
        assertThat(loads()).isEqualTo(6);
        assertThat(measured).hasSize(12);
    }

    @Test
    void largeModelsAreThereOneAfterTheOther() throws IOException {
        turns(Turns.Memory.TURN, Duration.ofMinutes(1), contender("a"), contender("b"))
                .run(0, 2, measured::addAll);
        assertThat(measured.stream().map(one -> one.round() + one.contender() + one.item()))
                .containsExactly("0ax", "0ay", "0bx", "0by", "1bx", "1by", "1ax", "1ay");
        assertThat(Files.readAllLines(log).stream().filter(line -> line.startsWith("load")))
                .containsExactly("load a", "load b", "load b", "load a");
    }

    @Test
    void withoutRoundsNothingIsOpened() {
        var turns = turns(Turns.Memory.ALL, Duration.ofMinutes(1), contender("a"), peer("b", "absent"));
        turns.run(4, 0, measured::addAll);
        assertThat(measured).isEmpty();
        assertThat(turns.versions().keySet()).containsExactly("a");
        assertThat(turns.left().keySet()).containsExactly("b");
        assertThat(log).doesNotExist();
    }

    @Test
    void absentOnesAreNamed() {
        var turns = turns(Turns.Memory.ALL, Duration.ofMinutes(1), contender("a"), peer("b", "absent"));
        turns.run(0, 1, measured::addAll);
        assertThat(turns.left()).isEqualTo(Map.of("b", "b: not installed: package fake; pip install fake"));
        assertThat(measured).hasSize(2).allMatch(one -> one.contender().equals("a"));
    }

    @Test
    void whatCannotBeStartedIsNamed() {
        var missing = new Contender(
                "b",
                false,
                new PeerProgram("b", List.of(folder.resolve("no-such-program").toString()), Map.of()),
                JsonMapper.shared().createObjectNode(),
                JsonMapper.shared().createObjectNode());
        var turns = turns(Turns.Memory.ALL, Duration.ofMinutes(1), missing, contender("a"));
        turns.run(0, 1, measured::addAll);
        assertThat(turns.left().get("b")).startsWith("b: cannot be started: ");
        assertThat(measured).hasSize(2);
    }

    @Test
    void whoDiesIsLeftOutWithItsLastWords() {
        check("dies", Duration.ofMinutes(1), "b: ended with 7; its last words: out of something");
    }

    @Test
    void whoAnswersNonsenseIsLeftOut() {
        check("nonsense", Duration.ofMinutes(1), "b: answered what is no answer: Loading weights: 100%");
    }

    @Test
    void whoHangsIsLeftOut() {
        check("hangs", Duration.ofSeconds(8), "b: has not answered run for 8 s; allow more with --timeout");
    }

    @Test
    void whoRefusesIsLeftOut() {
        var turns = turns(Turns.Memory.ALL, Duration.ofMinutes(1), peer("b", "refuses"), contender("a"));
        turns.run(0, 1, measured::addAll);
        assertThat(turns.left()).isEqualTo(Map.of("b", "b: no such scheduler"));
        assertThat(measured).hasSize(2);
    }

    /** The third run of b fails, the second item of the first round: nothing of it counts, and the others go on. */
    private void check(String manner, Duration timeout, String message) {
        var turns = turns(Turns.Memory.ALL, timeout, contender("a"), peer("b", manner));
        turns.run(0, 2, measured::addAll);
        assertThat(turns.left()).isEqualTo(Map.of("b", message));
        assertThat(measured).hasSize(4).allMatch(one -> one.contender().equals("a"));
    }

    @Test
    void finishedRoundsStayWhenItIsCancelled() {
        var turns = turns(Turns.Memory.ALL, Duration.ofMinutes(1), contender("a"));
        assertThatThrownBy(() -> turns.run(0, 3, round -> {
                    measured.addAll(round);
                    cancellation.cancel();
                }))
                .isInstanceOf(CancelledException.class);
        assertThat(measured).hasSize(2);
    }

    private long loads() throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith("load"))
                .count();
    }

    private Contender contender(String name) {
        return peer(name, "sound");
    }

    private Contender peer(String name, String manner) {
        return FakePeer.contender(name, manner, log);
    }

    private Turns turns(Turns.Memory memory, Duration timeout, Contender... contenders) {
        var table = new Turns.Table(
                "t",
                List.of(item("x"), item("y")),
                item("w"),
                1,
                memory,
                (contender, item, round, answer) -> new Measurement(
                        "t",
                        contender.name(),
                        item.id(),
                        round,
                        AnswerFields.seconds(contender, answer, "seconds"),
                        1,
                        0,
                        0,
                        ""));
        return new Turns(
                table,
                List.of(contenders),
                new Turns.Setting(folder, timeout, cancellation, new PrintWriter(new StringWriter())));
    }

    private static Item item(String id) {
        return new Item(id, JsonMapper.shared().createObjectNode().put("item", id));
    }
}
