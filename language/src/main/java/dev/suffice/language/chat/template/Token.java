package dev.suffice.language.chat.template;

/**
 * A piece of a template.
 *
 * @param text what a text says, a name, an operator, the digits of a number
 * @param line where it begins, from 1
 */
record Token(Kind kind, String text, int line) {
    /** What a token is. */
    enum Kind {
        DATA("text"),
        VARIABLE_BEGIN("{{"),
        VARIABLE_END("}}"),
        BLOCK_BEGIN("{%"),
        BLOCK_END("%}"),
        NAME("name"),
        STRING("string"),
        INTEGER("integer"),
        FLOAT("number"),
        OPERATOR("operator"),
        END("end of the template");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** As error messages call it. */
        String words() {
            return words;
        }
    }

    boolean isOperator(String operator) {
        return kind == Kind.OPERATOR && text.equals(operator);
    }

    boolean isName(String name) {
        return kind == Kind.NAME && text.equals(name);
    }

    /** As error messages say it. */
    String words() {
        return switch (kind) {
            case NAME, OPERATOR, INTEGER, FLOAT -> text;
            default -> kind.words();
        };
    }
}
