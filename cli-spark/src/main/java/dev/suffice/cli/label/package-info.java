/** {@code ./suffice label}: measures how many steps prompts need, on Spark. */
@org.jspecify.annotations.NullMarked
package dev.suffice.cli.label;
