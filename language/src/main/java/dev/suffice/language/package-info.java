/** Text generation: what runs a decoder, and what it remembers of a text. */
package dev.suffice.language;
