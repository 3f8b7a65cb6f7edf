package dev.suffice.cli;

import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;

/** Wrong usage: what is wrong, what may have been meant, where the help is. */
final class UsageReport implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        var line = failure.getCommandLine();
        var err = line.getErr();
        err.println("suffice: " + failure.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(failure, err)) {
            err.println("Try: ./" + line.getCommandSpec().qualifiedName(" ") + " --help");
        }
        return FailureReport.USAGE;
    }
}
