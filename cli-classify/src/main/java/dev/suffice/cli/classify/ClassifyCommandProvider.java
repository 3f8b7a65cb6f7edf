package dev.suffice.cli.classify;

import dev.suffice.cli.spi.CommandProvider;

/** Adds {@code classify} to the command line. */
public final class ClassifyCommandProvider implements CommandProvider {
    @Override
    public Object command() {
        return new ClassifyCommand();
    }
}
