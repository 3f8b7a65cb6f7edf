package dev.suffice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

class FailureReportTest {
    @Command(name = "fails")
    private record Fails(Throwable failure) implements Callable<Integer> {
        @Override
        public Integer call() throws Exception {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (Exception) failure;
        }
    }

    private static String report(int exitCode, Throwable failure) {
        var out = new StringWriter();
        var err = new StringWriter();
        var line = Main.commandLine(new PrintWriter(out), new PrintWriter(err));
        line.addSubcommand(new Fails(failure)).setErr(new PrintWriter(err)).setOut(new PrintWriter(out));
        assertThat(line.execute("fails")).isEqualTo(exitCode);
        assertThat(out.toString()).isEmpty();
        return err.toString().strip();
    }

    @Test
    void anErrorOfTheMachineIsALineWithARemedy() {
        assertThat(report(1, new OutOfMemoryError("Java heap space")))
                .isEqualTo("suffice: not enough memory (Java heap space); allow more with SUFFICE_JAVA_OPTS=-Xmx4g");
        assertThat(report(1, new UnsatisfiedLinkError("libonnxruntime.so: cannot open")))
                .isEqualTo(
                        "suffice: a native library does not load here (libonnxruntime.so: cannot open); ./suffice doctor says more");
    }

    @Test
    void aFaultOfOursShowsWhereItIs() {
        assertThat(report(1, new IllegalStateException("never")))
                .startsWith("suffice: unexpected failure, please report it with what follows")
                .contains("java.lang.IllegalStateException: never", "at dev.suffice.cli.FailureReportTest");
    }
}
