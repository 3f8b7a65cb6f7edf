package dev.suffice.train.exithead;

/**
 * How good a head is on texts that it was not trained with.
 *
 * @param places how many
 * @param agreement share of them where its token is the model's
 * @param covered share of them where it has a word for the model's token
 * @param loss mean cross entropy with the model's choices, where it has a word for them, in nats
 */
public record ExitHeadQuality(int places, double agreement, double covered, double loss) {}
