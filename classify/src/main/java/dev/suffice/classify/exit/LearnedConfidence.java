package dev.suffice.classify.exit;

import dev.suffice.classify.Task;

/** What a layer that was trained for it says: the probability that the head's answer is that of the whole model; of numbers, that it is near that. Heads without such a layer are never sure. */
public record LearnedConfidence() implements ExitCriterion {
    @Override
    public String name() {
        return "confidence";
    }

    @Override
    public String meaning() {
        return "the head's own estimate that it agrees with the whole model, at least";
    }

    @Override
    public boolean fits(Task task) {
        return true;
    }

    @Override
    public Watch watch() {
        return output -> output.confidence().orElse(0);
    }
}
