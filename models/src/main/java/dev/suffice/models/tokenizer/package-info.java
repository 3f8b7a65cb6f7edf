/** Texts to token numbers and back. */
package dev.suffice.models.tokenizer;
