package dev.suffice.bench;

import dev.suffice.bench.exits.EarlyExitBenchmark;
import dev.suffice.bench.peers.PeersBenchmark;
import dev.suffice.bench.speculation.SpeculationBenchmark;
import dev.suffice.cli.spi.CommandProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Adds {@code bench} to the command line. */
public final class BenchCommandProvider implements CommandProvider {
    @Override
    public Object command() {
        return new BenchCommand();
    }

    /** The benchmarks as sub-commands. */
    @Command(
            name = "bench",
            mixinStandardHelpOptions = true,
            description = "Reruns an experiment or a comparison, writes a table and a plot.",
            subcommands = {
                ColdStartBenchmark.class,
                EarlyExitBenchmark.class,
                PanoramaBenchmark.class,
                PeersBenchmark.class,
                PredictorBenchmark.class,
                SamplesSheet.class,
                SpeculationBenchmark.class,
                StepSaverBenchmark.class
            })
    static final class BenchCommand implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public void run() {
            throw new ParameterException(
                    spec.commandLine(),
                    "the name of a benchmark is missing: cold-start, early-exit, panorama, peers, predictor, samples, speculation or stepsaver");
        }
    }
}
