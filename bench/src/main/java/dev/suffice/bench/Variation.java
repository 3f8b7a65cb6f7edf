package dev.suffice.bench;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.StepCount;
import dev.suffice.diffusion.ImageRequest;
import dev.suffice.diffusion.policy.StepPolicy;
import java.util.Arrays;
import java.util.List;

/**
 * A way to run prompts: how the number of steps is chosen, and what decides during the run.
 *
 * @param text as it was given, e.g. {@code 25}, {@code recommended} or {@code 50+skip=0.05,guidance}
 * @param choice of the number of steps
 * @param policy decisions during the run
 */
record Variation(String text, Choice choice, StepPolicy policy) {
    /** How the number of steps is chosen. */
    sealed interface Choice {
        /** The same for every prompt. */
        record Fixed(int steps) implements Choice {}

        /** What the predictor recommends for the prompt. */
        record Recommended() implements Choice {}

        /** The same for every prompt, as many as are recommended on average: between two whole numbers, by lot. */
        record EqualMean() implements Choice {}

        /** What a predictor says that reads only the length of the prompt, as many on average. */
        record ByLength() implements Choice {}

        /** As it runs without options. */
        record Auto() implements Choice {}
    }

    /** @throws InvalidRequestException if it is none of these */
    static Variation parse(String text) {
        var at = text.indexOf('+');
        var count = (at < 0 ? text : text.substring(0, at)).strip();
        var choice = switch (count) {
            case "recommended" -> new Choice.Recommended();
            case "mean" -> new Choice.EqualMean();
            case "length" -> new Choice.ByLength();
            case "auto" -> new Choice.Auto();
            default -> fixed(text, count);
        };
        var usual = choice instanceof Choice.Auto ? StepPolicy.auto() : StepPolicy.none();
        return new Variation(text.strip(), choice, at < 0 ? usual : StepPolicy.parse(text.substring(at + 1)));
    }

    private static Choice fixed(String text, String count) {
        try {
            return new Choice.Fixed(Integer.parseInt(count));
        } catch (NumberFormatException e) {
            throw new InvalidRequestException(
                    "variation %s: must be a number of steps, recommended, mean, length or auto, and rules after a +: 50+skip=0.05,guidance"
                            .formatted(text));
        }
    }

    /** Separated by semicolons. */
    static List<Variation> parseAll(String texts) {
        return Arrays.stream(texts.split(";")).map(Variation::parse).toList();
    }

    /** What is run. */
    record Run(StepCount steps, StepPolicy policy) {
        ImageRequest.Builder apply(ImageRequest.Builder request) {
            return request.steps(steps).policy(policy);
        }
    }

    /** The run of a prompt. */
    Run run(StepChoices choices, int prompt, long seed) {
        return new Run(
                switch (choice) {
                    case Choice.Fixed(int steps) -> StepCount.fixed(steps);
                    case Choice.Recommended() -> StepCount.fixed(choices.recommended(prompt));
                    case Choice.EqualMean() -> StepCount.fixed(choices.equalMean(seed));
                    case Choice.ByLength() -> StepCount.fixed(choices.byLength(prompt));
                    case Choice.Auto() -> StepCount.auto();
                },
                policy);
    }
}
