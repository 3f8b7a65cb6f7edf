package dev.suffice.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What models there are, what is in them, and how they come here. */
@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        description = "Lists models, fetches them, tells about them, makes them smaller and removes them.",
        subcommands = {
            ModelsListCommand.class,
            ModelsPullCommand.class,
            ModelsInfoCommand.class,
            ModelsQuantizeCommand.class,
            ModelsRemoveCommand.class
        })
final class ModelsCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: list, pull, info, quantize or remove");
    }
}
