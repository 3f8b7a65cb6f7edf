package dev.suffice.cli.spi;

/** Adds a command to the command line; registered as a service. */
public interface CommandProvider {
    /** A picocli command: an object annotated with {@code @Command}, a {@code Callable<Integer>}. */
    Object command();
}
