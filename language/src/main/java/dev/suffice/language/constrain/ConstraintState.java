package dev.suffice.language.constrain;

import org.jspecify.annotations.Nullable;

/**
 * Where one generation is in a {@link Constraint}. A copy costs nothing that grows with the text, so that several continuations can be tried. Not thread-safe;
 * copies are independent.
 */
public final class ConstraintState {
    private final Constraint constraint;
    private Configuration configuration;

    ConstraintState(Constraint constraint, Configuration configuration) {
        this.constraint = constraint;
        this.configuration = configuration;
    }

    /** What it is a state of. */
    public Constraint constraint() {
        return constraint;
    }

    Configuration configuration() {
        return configuration;
    }

    private @Nullable Configuration after(byte[] bytes) {
        var automaton = constraint.automaton();
        Configuration at = configuration;
        for (int i = 0; at != null && i < bytes.length; i++) {
            at = at.next(automaton, automaton.byteClass(bytes[i]));
        }
        return at;
    }

    /** Whether the text may go on with these bytes, which may end within a character. */
    public boolean allows(byte[] tokenBytes) {
        return after(tokenBytes) != null;
    }

    /**
     * Goes on with bytes.
     *
     * @throws IllegalArgumentException if they are not allowed; the state stays as it was
     */
    public void advance(byte[] tokenBytes) {
        var next = after(tokenBytes);
        if (next == null) {
            throw new IllegalArgumentException("constraint: bytes \"%s\" cannot follow here: ask allows first"
                    .formatted(new String(tokenBytes, java.nio.charset.StandardCharsets.UTF_8)));
        }
        configuration = next;
    }

    /** Whether the text may end here. */
    public boolean mayEnd() {
        return configuration.mayEnd();
    }

    /** Whether nothing can follow, so that the generation is over. */
    public boolean mustEnd() {
        var automaton = constraint.automaton();
        for (int i = 0; i < configuration.size(); i++) {
            for (int c = 0; c < automaton.classCount(); c++) {
                if (automaton.next(configuration.state(i), c) >= 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The same place, to go on from independently. */
    public ConstraintState copy() {
        return new ConstraintState(constraint, configuration);
    }
}
