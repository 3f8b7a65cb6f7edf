/** {@code ./suffice bench NAME}: one class per benchmark, each writes a table and a plot. */
package dev.suffice.bench;
