package dev.suffice.language;

import dev.suffice.core.InvalidRequestException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Keeps the first tokens of a text and the latest, of which there stay half as many as the first leave room for. The first have to stay because attention rests on them (Xiao et al. 2023),
 * and because a conversation's instructions stand there.
 *
 * @param kept first tokens that stay, at least 0
 */
public record SlidingWindow(int kept) implements Overflow {
    /** First tokens that a model needs to go on as it did, whatever they say. */
    public static final int SINKS = 4;

    /** Checks the range. */
    public SlidingWindow {
        if (kept < 0) {
            throw new InvalidRequestException("%d kept tokens: must be at least 0".formatted(kept));
        }
    }

    /** @throws InvalidRequestException if the first tokens take more than half of the context */
    @Override
    public Optional<int[]> shorten(int[] prompt, int[] answer, int context) {
        if (kept > context / 2) {
            throw new InvalidRequestException(
                    "the first %d tokens are to stay: that is more than half of the context of %d; shorten what the model is told before, or open the model with a larger context"
                            .formatted(kept, context));
        }
        var whole = TokenList.joined(prompt, answer);
        int latest = Math.max(1, (context - kept) / 2);
        if (whole.length <= kept + latest) {
            return Optional.of(whole);
        }
        var remains = Arrays.copyOf(whole, kept + latest);
        System.arraycopy(whole, whole.length - latest, remains, kept, latest);
        return Optional.of(remains);
    }
}
