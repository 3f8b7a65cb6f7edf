package dev.suffice.diffusion.scheduler;

import dev.suffice.core.SufficeException;
import java.util.Optional;

/** How noise levels are spread between the largest and the smallest. */
sealed interface SigmaSpacing permits KarrasSigmas, ExponentialSigmas, BetaSigmas {
    /**
     * Descending noise levels.
     *
     * @param largest the first
     * @param smallest the last
     * @param steps how many
     */
    double[] between(double largest, double smallest, int steps);

    /**
     * The spacing that the config asks for; none leaves the levels where the timesteps put them.
     *
     * @throws SufficeException if it asks for more than one
     */
    static Optional<SigmaSpacing> of(SchedulerConfig config) {
        boolean karras = config.flag("use_karras_sigmas", false);
        boolean exponential = config.flag("use_exponential_sigmas", false);
        boolean beta = config.flag("use_beta_sigmas", false);
        if ((karras && exponential) || (karras && beta) || (exponential && beta)) {
            throw new SufficeException(
                    "scheduler settings use_karras_sigmas %s, use_exponential_sigmas %s, use_beta_sigmas %s:"
                                    .formatted(karras, exponential, beta)
                            + " at most one of them can be true");
        }
        if (karras) {
            return Optional.of(new KarrasSigmas());
        }
        if (exponential) {
            return Optional.of(new ExponentialSigmas());
        }
        return beta ? Optional.of(new BetaSigmas()) : Optional.empty();
    }

    /** As {@link #between}, with the ends that the config may fix by {@code sigma_max} and {@code sigma_min}. */
    default double[] levels(SchedulerConfig config, double largest, double smallest, int steps) {
        return between(
                config.optionalNumber("sigma_max").orElse(largest),
                config.optionalNumber("sigma_min").orElse(smallest),
                steps);
    }
}
