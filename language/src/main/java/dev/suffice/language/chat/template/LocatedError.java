package dev.suffice.language.chat.template;

/** What is wrong in a template, and in which line. */
final class LocatedError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final TemplateError error;

    LocatedError(int line, TemplateError error) {
        super(error.text(), null, false, false);
        this.line = line;
        this.error = error;
    }

    int line() {
        return line;
    }

    TemplateError error() {
        return error;
    }
}
