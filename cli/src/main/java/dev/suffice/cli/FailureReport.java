package dev.suffice.cli;

import dev.suffice.core.CancelledException;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.ParseResult;

/** Turns what a command throws into a line on stderr and an exit code; a stack trace only where the fault is ours. */
final class FailureReport implements IExecutionExceptionHandler, IExecutionStrategy {
    static final int FAILURE = 1;
    static final int USAGE = 2;
    static final int CANCELLED = 130;

    /** Runs the command; where the machine and not the program is at fault, says so. */
    @Override
    public int execute(ParseResult parsed) {
        var line = parsed.commandSpec().commandLine();
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (OutOfMemoryError e) {
            throw failed(line, "not enough memory (%s); allow more with SUFFICE_JAVA_OPTS=-Xmx4g", e);
        } catch (LinkageError e) {
            throw failed(line, "a native library does not load here (%s); ./suffice doctor says more", e);
        }
    }

    private static ExecutionException failed(CommandLine line, String form, Error e) {
        var message = form.formatted(e.getMessage());
        return new ExecutionException(line, message, new SufficeException(message, e));
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine line, ParseResult parsed) {
        var err = line.getErr();
        return switch (failure) {
            case CancelledException e -> {
                err.println("suffice: " + e.getMessage() + "; nothing was written");
                yield CANCELLED;
            }
            case InvalidRequestException e -> {
                err.println("suffice: " + e.getMessage());
                yield USAGE;
            }
            case SufficeException e -> {
                err.println("suffice: " + e.getMessage());
                yield FAILURE;
            }
            default -> {
                err.println("suffice: unexpected failure, please report it with what follows");
                failure.printStackTrace(err);
                yield FAILURE;
            }
        };
    }
}
