package dev.suffice.server.model;

/**
 * How many steps a prompt needs.
 *
 * @param steps to run
 * @param source who says so, e.g. {@code model card}
 * @param reason why, in a sentence for people
 */
public record StepAdvice(int steps, String source, String reason) {}
