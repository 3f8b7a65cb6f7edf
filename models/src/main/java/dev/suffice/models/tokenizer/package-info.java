/** Texts to token numbers. */
package dev.suffice.models.tokenizer;
