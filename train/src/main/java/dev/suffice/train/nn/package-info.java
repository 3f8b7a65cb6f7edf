/** Networks and optimiser on libtorch, with the structure and names of diffusers. */
@org.jspecify.annotations.NullMarked
package dev.suffice.train.nn;
