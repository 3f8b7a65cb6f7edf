package dev.suffice.diffusion.stepsaver;

/**
 * How many steps a prompt needs with a sampler, as a predictor expects.
 *
 * @param scheduler short name of the sampler
 * @param steps recommended: with probability 1 - risk no more are needed
 * @param least fewer than these are enough with probability {@code risk} at most
 * @param risk of each side, 0 to 1; the number needed lies between both ends with probability 1 - 2 risk
 * @param close what is promised: structural similarity to the image of the most steps, in colours and in depth
 * @param novelty how far the prompt is from those that the predictor knows, 0 to 2 (1 - cosine)
 * @param familiar whether it is near enough; if not, the safe number is recommended
 */
public record StepAdvice(
        String scheduler, int steps, int least, double risk, double close, double novelty, boolean familiar) {}
