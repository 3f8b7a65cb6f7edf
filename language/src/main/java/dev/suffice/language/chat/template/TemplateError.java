package dev.suffice.language.chat.template;

/** What is wrong in a template, before it is known where: {@link Template} adds its name and the line. */
final class TemplateError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean refusal;

    private TemplateError(String message, boolean refusal) {
        super(message, null, false, false);
        this.refusal = refusal;
    }

    TemplateError(String message) {
        this(message, false);
    }

    /** What the template itself says against the messages, by {@code raise_exception}. */
    static TemplateError refusal(String message) {
        return new TemplateError(message, true);
    }

    String text() {
        return String.valueOf(getMessage());
    }

    boolean isRefusal() {
        return refusal;
    }
}
