package dev.suffice.cli.label;

import dev.suffice.cli.spi.CommandProvider;

/** Adds {@code label} to the command line. */
public final class LabelCommandProvider implements CommandProvider {
    @Override
    public Object command() {
        return new LabelCommand();
    }
}
