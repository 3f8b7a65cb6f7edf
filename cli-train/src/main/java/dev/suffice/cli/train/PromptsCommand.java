package dev.suffice.cli.train;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.train.scene.PromptGrammar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes prompts as the training captions are written. */
@Command(
        name = "prompts",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Prints prompts as the training captions of places are written, one a line, none twice.",
        footer = {"", "The furniture comes from Debian's package sweethome3d-furniture (its .sh3f files)."})
final class PromptsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--count", paramLabel = "N", description = "How many.")
    private int count = 1000;

    @Option(names = "--seed", paramLabel = "N", description = "The same seed gives the same prompts.")
    private long seed = 77;

    @Option(names = "--without", paramLabel = "FILE", description = "Leave out the prompts of these files.")
    private List<Path> without = List.of();

    @Option(names = "--furniture", paramLabel = "DIR", description = "Folder with furniture libraries (.sh3f).")
    private Path furniture = Path.of("/usr/share/sweethome3d/furniture");

    @Override
    public Integer call() throws IOException {
        if (count < 1 || count > 1_000_000) {
            throw new InvalidRequestException("--count %d: must be between 1 and 1000000".formatted(count));
        }
        Set<String> excluded = new HashSet<>();
        for (var file : without) {
            excluded.addAll(Files.readAllLines(file));
        }
        var out = spec.commandLine().getOut();
        PromptGrammar.draw(furniture, count, seed, excluded).forEach(out::println);
        return 0;
    }
}
