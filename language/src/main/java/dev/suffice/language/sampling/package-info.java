/** From the scores of the next token to the token: what changes the scores, the distribution they make, and the choice. */
package dev.suffice.language.sampling;
