package dev.suffice.cli.train;

import dev.suffice.cli.spi.CommandProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Adds {@code train} to the command line. */
public final class TrainCommandProvider implements CommandProvider {
    @Override
    public Object command() {
        return new TrainCommand();
    }

    /** What can be trained, as sub-commands. */
    @Command(
            name = "train",
            mixinStandardHelpOptions = true,
            description = "Trains and judges the project's own models. Never needed to run one.",
            subcommands = {
                PlacesCommand.class,
                PromptsCommand.class,
                StepSaverCommand.class,
                DrafterCommand.class,
                ExitHeadCommand.class,
                ExitsCommand.class,
                JudgesCommand.class,
                EvaluateCommand.class
            })
    static final class TrainCommand implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public void run() {
            throw new ParameterException(
                    spec.commandLine(),
                    "what to train is missing: places, prompts, stepsaver, drafter, exit-head, exits, judges or evaluate");
        }
    }
}
