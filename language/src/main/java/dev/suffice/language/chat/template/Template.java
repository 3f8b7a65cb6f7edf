package dev.suffice.language.chat.template;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.models.ModelException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Jinja template, read once. Immutable and thread-safe. */
public final class Template {
    private static final int LONGEST = 1 << 20;

    private final String name;
    private final List<Statement> statements;

    private Template(String name, List<Statement> statements) {
        this.name = name;
        this.statements = statements;
    }

    /**
     * Reads a template.
     *
     * @param name what errors call it
     * @param source at most 2^20 characters
     * @throws ModelException if it is none; the message has name and line
     */
    public static Template parse(String name, String source) {
        if (source.length() > LONGEST) {
            throw new ModelException("%s: %d characters: must be at most %d".formatted(name, source.length(), LONGEST));
        }
        try {
            return new Template(name, StatementParser.parse(source));
        } catch (LocatedError e) {
            throw failure(name, e.line(), e.error());
        }
    }

    /**
     * Runs it.
     *
     * @param variables texts, numbers, booleans, null, lists and maps of these
     * @param clock what {@code strftime_now} reads
     * @return at most 2^20 characters
     * @throws InvalidRequestException if the template refuses what it is given, by {@code raise_exception}
     * @throws ModelException if it fails otherwise, or does too much; the message has name and line
     */
    public String render(Map<String, ? extends @Nullable Object> variables, Clock clock) {
        var renderer = new Renderer();
        try {
            var scope = new Scope(Globals.scope(clock));
            variables.forEach((key, value) -> scope.set(key, Values.imported(value)));
            return renderer.render(statements, scope);
        } catch (TemplateError e) {
            throw failure(name, renderer.line(), e);
        }
    }

    private static dev.suffice.core.SufficeException failure(String name, int line, TemplateError e) {
        var message = "%s, line %d: %s".formatted(name, line, e.text());
        return e.isRefusal() ? new InvalidRequestException(message) : new ModelException(message, e);
    }
}
