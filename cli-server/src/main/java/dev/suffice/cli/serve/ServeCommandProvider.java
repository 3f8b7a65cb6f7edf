package dev.suffice.cli.serve;

import dev.suffice.cli.spi.CommandProvider;

/** Adds {@code serve} to the command line. */
public final class ServeCommandProvider implements CommandProvider {
    @Override
    public Object command() {
        return new ServeCommand();
    }
}
