package dev.suffice.cli;

import dev.suffice.models.store.ByteSize;
import dev.suffice.models.store.ModelStore;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Deletes what was fetched. */
@Command(
        name = "remove",
        mixinStandardHelpOptions = true,
        description = "Deletes a fetched model from the cache, with all that is left of interrupted pulls of it.")
final class ModelsRemoveCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            paramLabel = "NAME",
            description = "A short name, owner/name for all revisions, or owner/name@revision.")
    private String name = "";

    @Option(names = "--json", description = "Print one JSON object on stdout.")
    private boolean json;

    @Override
    public Integer call() {
        try (var interrupt = new InterruptSignal()) {
            long bytes = ModelStore.of(Installation.home()).remove(name, interrupt.cancellation());
            var out = spec.commandLine().getOut();
            if (json) {
                out.println(Json.text(Json.object().put("name", name).put("freed_bytes", bytes)));
            } else {
                out.printf("%s: removed, %s are free again%n", name, ByteSize.text(bytes));
            }
        }
        return 0;
    }
}
