package dev.suffice.labels;

import java.util.LinkedHashSet;
import java.util.List;

/**
 * Prompts, each once.
 *
 * @param prompts in order of their first appearance
 * @param repeated how many lines repeated an earlier one
 */
public record PromptList(List<String> prompts, int repeated) {
    /** Copies the list. */
    public PromptList {
        prompts = List.copyOf(prompts);
    }

    /** Lines without the spaces around them; blank ones and repetitions are left out. */
    public static PromptList of(List<String> lines) {
        var seen = new LinkedHashSet<String>();
        int repeated = 0;
        for (var line : lines) {
            var prompt = line.strip();
            if (!prompt.isEmpty() && !seen.add(prompt)) {
                repeated++;
            }
        }
        return new PromptList(List.copyOf(seen), repeated);
    }
}
