/** Training of the bundled model */
@org.jspecify.annotations.NullMarked
package dev.suffice.train;
