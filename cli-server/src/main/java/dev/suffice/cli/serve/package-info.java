/** The serve command. */
package dev.suffice.cli.serve;
