package dev.suffice.cli;

import dev.suffice.core.CancelledException;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns what a command throws into a line on stderr and an exit code; a stack trace only where the fault is ours. */
final class FailureReport implements IExecutionExceptionHandler {
    static final int FAILURE = 1;
    static final int USAGE = 2;
    static final int CANCELLED = 130;

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
