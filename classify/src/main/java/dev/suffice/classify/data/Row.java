package dev.suffice.classify.data;

/**
 * A labelled text and where it stands.
 *
 * @param line it begins in, from 1
 * @param content text and label
 */
public record Row(int line, Labelled content) {}
