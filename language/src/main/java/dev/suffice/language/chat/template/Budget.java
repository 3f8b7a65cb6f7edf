package dev.suffice.language.chat.template;

/**
 * What one rendering may still do. Every statement and expression costs a unit, every value that is made or gone through its length, so that work, time and
 * memory are bounded together, and alike on every machine.
 */
final class Budget {
    private static final long WORK = 1 << 24;
    private static final int DEPTH = 200;

    private long left = WORK;
    private int depth;

    /**
     * Pays for something before it is done.
     *
     * @throws TemplateError if there is not so much left
     */
    void spend(long units) {
        if (units > left) {
            throw new TemplateError(
                    "does more than %d units of work: shorten the messages, or does it loop without an end?"
                            .formatted(WORK));
        }
        left -= Math.max(0, units);
    }

    /** Pays for a text. */
    String text(String made) {
        spend(made.length());
        return made;
    }

    /**
     * One level deeper: a nested expression, block, call or value.
     *
     * @throws TemplateError at more than 200
     */
    void enter() {
        spend(1);
        if (++depth > DEPTH) {
            throw new TemplateError("nested deeper than %d: does a macro call itself without an end?".formatted(DEPTH));
        }
    }

    void leave() {
        depth--;
    }
}
