/** The command {@code classify}. */
package dev.suffice.cli.classify;
