package dev.suffice.language.chat.template;

/** Backslashes in a string of a template, as in Python. */
final class Escapes {
    private Escapes() {}

    static String decoded(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        var result = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                result.append(c);
                continue;
            }
            char kind = text.charAt(++i);
            int digits = switch (kind) {
                case 'x' -> 2;
                case 'u' -> 4;
                case 'U' -> 8;
                default -> 0;
            };
            if (digits > 0) {
                result.appendCodePoint(hexadecimal(text, i + 1, digits));
                i += digits;
            } else if (kind >= '0' && kind <= '7') {
                int value = 0;
                int end = i;
                for (;
                        end < Math.min(i + 3, text.length()) && text.charAt(end) >= '0' && text.charAt(end) <= '7';
                        end++) {
                    value = 8 * value + text.charAt(end) - '0';
                }
                result.appendCodePoint(value);
                i = end - 1;
            } else {
                simple(result, kind);
            }
        }
        return result.toString();
    }

    private static void simple(StringBuilder result, char kind) {
        switch (kind) {
            case 'n' -> result.append('\n');
            case 't' -> result.append('\t');
            case 'r' -> result.append('\r');
            case 'b' -> result.append('\b');
            case 'f' -> result.append('\f');
            case 'a' -> result.append('\u0007');
            case 'v' -> result.append('\u000b');
            case '\\', '\'', '"' -> result.append(kind);
            case '\n' -> {}
            default -> result.append('\\').append(kind);
        }
    }

    private static int hexadecimal(String text, int from, int digits) {
        if (from + digits <= text.length()
                && text.substring(from, from + digits).chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
            long value = Long.parseLong(text.substring(from, from + digits), 16);
            if (value <= Character.MAX_CODE_POINT) {
                return (int) value;
            }
        }
        throw new TemplateError("escape \\%s: %d hexadecimal digits of a character expected"
                .formatted(text.substring(from - 1), digits));
    }
}
