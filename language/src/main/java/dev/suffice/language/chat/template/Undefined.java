package dev.suffice.language.chat.template;

/**
 * What a name or a key stands for that nobody gave: false, empty, and an error wherever more is asked of it.
 *
 * @param hint what the error says, such as {@code 'x' is undefined}
 */
record Undefined(String hint) {
    static Undefined name(String name) {
        return new Undefined("'%s' is undefined".formatted(name));
    }

    TemplateError error() {
        return new TemplateError(hint);
    }
}
