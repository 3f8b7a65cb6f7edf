package dev.suffice.language.chat.template;

import dev.suffice.language.chat.template.Token.Kind;
import java.util.List;

/** The tokens of a template, read from the front. Nesting is bounded, so that no template exhausts the stack. */
final class TokenStream {
    private static final int DEPTH = 60;

    private final List<Token> tokens;
    private int position;
    private int depth;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(position);
    }

    /** The one after {@link #current()}, or the last. */
    Token following() {
        return tokens.get(Math.min(position + 1, tokens.size() - 1));
    }

    Token next() {
        var token = current();
        if (token.kind() != Kind.END) {
            position++;
        }
        return token;
    }

    boolean skipOperator(String operator) {
        if (current().isOperator(operator)) {
            position++;
            return true;
        }
        return false;
    }

    boolean skipName(String name) {
        if (current().isName(name)) {
            position++;
            return true;
        }
        return false;
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw expected(operator);
        }
    }

    String expectName() {
        if (current().kind() != Kind.NAME) {
            throw expected("a name");
        }
        return next().text();
    }

    void expect(Kind kind) {
        if (current().kind() != kind) {
            throw expected(kind.words());
        }
        next();
    }

    TemplateError expected(String what) {
        return new TemplateError("%s expected, not %s".formatted(what, current().words()));
    }

    void enter() {
        if (++depth > DEPTH) {
            throw new TemplateError("nested deeper than %d".formatted(DEPTH));
        }
    }

    void leave() {
        depth--;
    }
}
