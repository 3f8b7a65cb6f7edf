package dev.suffice.bench;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.StepCount;
import dev.suffice.diffusion.ImageRequest;
import dev.suffice.diffusion.policy.StepPolicy;
import java.util.Arrays;
import java.util.List;

/**
 * A way to run a prompt: a number of steps, and what decides during the run.
 *
 * @param text as it was given, e.g. {@code 25} or {@code 50+skip=0.05,guidance}
 * @param steps denoising steps
 * @param policy decisions during the run
 */
record Variation(String text, StepCount steps, StepPolicy policy) {
    /** @throws InvalidRequestException if it is neither a number nor a number and rules */
    static Variation parse(String text) {
        var at = text.indexOf('+');
        var count = (at < 0 ? text : text.substring(0, at)).strip();
        try {
            return new Variation(
                    text.strip(),
                    count.equals("auto") ? StepCount.auto() : StepCount.fixed(Integer.parseInt(count)),
                    at < 0 ? StepPolicy.none() : StepPolicy.parse(text.substring(at + 1)));
        } catch (NumberFormatException e) {
            throw new InvalidRequestException(
                    "variation %s: must be a number of steps, and rules after a +: 50+skip=0.05,guidance"
                            .formatted(text));
        }
    }

    /** Separated by semicolons. */
    static List<Variation> parseAll(String texts) {
        return Arrays.stream(texts.split(";")).map(Variation::parse).toList();
    }

    ImageRequest.Builder apply(ImageRequest.Builder request) {
        return request.steps(steps).policy(policy);
    }
}
