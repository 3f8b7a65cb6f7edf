/** The command line: one class per command, {@link dev.suffice.cli.Main} to start. */
package dev.suffice.cli;
