/** How other modules add commands. */
package dev.suffice.cli.spi;
