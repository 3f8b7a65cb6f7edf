/** {@code ./suffice train}: one class per thing that is trained. */
package dev.suffice.cli.train;
