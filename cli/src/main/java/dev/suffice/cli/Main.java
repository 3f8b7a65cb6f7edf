package dev.suffice.cli;

import dev.suffice.cli.spi.CommandProvider;
import dev.suffice.models.store.ModelStore;
import java.io.PrintWriter;
import java.util.ServiceLoader;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Spec;

/** Starts the command line. Exit codes: 0 done, 1 failure, 2 wrong usage, 130 cancelled. */
@Command(
        name = "suffice",
        mixinStandardHelpOptions = true,
        version = "suffice 0.1.0",
        description = "Generative AI on the JVM that spends only the compute each input needs.",
        subcommands = {
            ImagineCommand.class,
            GenerateCommand.class,
            ChatCommand.class,
            StepsCommand.class,
            ViewCommand.class,
            ExportCommand.class,
            ModelsCommand.class,
            EnginesCommand.class,
            DoctorCommand.class
        })
public final class Main implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
    }

    /** The whole command line, writing to the given streams; what {@link #main} runs and tests run. */
    public static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        var line = new CommandLine(new Main());
        for (var provider : ServiceLoader.load(CommandProvider.class)) {
            line.addSubcommand(provider.command());
        }
        var failures = new FailureReport();
        return line.setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionStrategy(failures)
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(new UsageReport());
    }

    /** Libraries that tell how they work; held here, for loggers that nobody holds forget their level. */
    private static final Logger PARQUET = Logger.getLogger("dev.hardwood");

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        PARQUET.setLevel(Level.WARNING);
        NativeFiles.prepare(ModelStore.of(Installation.home()).cache());
        var out = new PrintWriter(System.out, true, System.out.charset());
        var err = new PrintWriter(System.err, true, System.err.charset());
        var code = commandLine(out, err).execute(arguments);
        out.flush();
        err.flush();
        FlightRecordings.finish();
        Runtime.getRuntime().halt(code);
    }
}
