/** Training of heads that guess a language model's next token from a state of its early layers. */
@org.jspecify.annotations.NullMarked
package dev.suffice.train.exithead;
