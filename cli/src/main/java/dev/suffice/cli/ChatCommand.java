package dev.suffice.cli;

import dev.suffice.core.CancelledException;
import dev.suffice.language.DroppedTurns;
import dev.suffice.language.TextAnswer;
import dev.suffice.language.chat.ChatMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A conversation. */
@Command(
        name = "chat",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Talks with a model, line by line; what was said before is not computed again.",
        footer = {
            "",
            "/new begins anew, /quit or the end of the input ends. Ctrl-C stops an answer; without one it ends the program."
        })
final class ChatCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final GenerationOptions options = new GenerationOptions();

    @Option(names = "--system", paramLabel = "TEXT", description = "What the model is told before the conversation.")
    private @Nullable String system;

    @Option(names = "--stats", description = "Say after each answer what it took.")
    private boolean stats;

    @Override
    public Integer call() throws IOException {
        var console = spec.commandLine().getOut();
        var input = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        try (var opened = options.open();
                var text = opened.model().session().text()) {
            var conversation = beginning();
            while (true) {
                prompt();
                var line = input.readLine();
                if (line == null || line.strip().equals("/quit")) {
                    return 0;
                }
                if (line.strip().equals("/new")) {
                    conversation = beginning();
                    continue;
                }
                if (line.isBlank()) {
                    continue;
                }
                conversation.add(ChatMessage.user(line));
                var said = new StringBuilder();
                var turns = new DroppedTurns(opened.model(), conversation);
                try (var interrupt = new InterruptSignal()) {
                    var request = options.request(opened.model(), opened.model().prompt(conversation), 1, 0, turns);
                    var answer = opened.writer()
                            .write(text, request, interrupt.cancellation(), piece -> {
                                said.append(piece);
                                console.print(piece);
                                console.flush();
                            })
                            .getFirst();
                    tell(answer);
                } catch (CancelledException e) {
                    spec.commandLine().getErr().println(" (stopped)");
                }
                console.println();
                if (turns.dropped() > 0) {
                    conversation = turns.remaining();
                    tell(turns, opened.model().session().context());
                }
                conversation.add(ChatMessage.assistant(said.toString()));
            }
        }
    }

    private List<ChatMessage> beginning() {
        var conversation = new ArrayList<ChatMessage>();
        if (system != null) {
            conversation.add(ChatMessage.system(system));
        }
        return conversation;
    }

    /** Only where somebody types. */
    private void prompt() {
        if (Boolean.getBoolean("suffice.terminal")) {
            spec.commandLine().getErr().print("> ");
            spec.commandLine().getErr().flush();
        }
    }

    private void tell(DroppedTurns turns, int context) {
        spec.commandLine()
                .getErr()
                .println(
                        "(the conversation no longer fits into the context of %d tokens: the model does not know its %d oldest turns any more)"
                                .formatted(context, turns.dropped()));
    }

    private void tell(TextAnswer answer) {
        if (stats) {
            spec.commandLine().getErr().println();
            spec.commandLine()
                    .getErr()
                    .print(GenerateCommand.line(answer.generation().report()));
            spec.commandLine().getErr().flush();
        }
    }
}
