package dev.suffice.language.chat.template;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** Values as Python writes them, and what Python takes for white space. */
final class PythonText {
    private PythonText() {}

    static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }

    static String stripStart(String text, IntPredicate stripped) {
        int start = 0;
        while (start < text.length() && stripped.test(text.codePointAt(start))) {
            start += Character.charCount(text.codePointAt(start));
        }
        return text.substring(start);
    }

    static String stripEnd(String text, IntPredicate stripped) {
        int end = text.length();
        while (end > 0 && stripped.test(text.codePointBefore(end))) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(0, end);
    }

    /** As {@code str(value)} gives it; nothing for what is undefined. */
    static String str(Object value, Budget budget) {
        return switch (value) {
            case String text -> text;
            case Undefined _ -> "";
            default -> {
                var text = new StringBuilder();
                write(value, text, budget);
                yield text.toString();
            }
        };
    }

    private static void write(Object value, StringBuilder out, Budget budget) {
        budget.spend(1);
        switch (value) {
            case String text -> {
                budget.spend(text.length());
                quoted(text, out);
            }
            case Boolean flag -> out.append(flag ? "True" : "False");
            case Long number -> out.append(number.longValue());
            case Double number -> out.append(real(number));
            case None _ -> out.append("None");
            case Undefined _ -> out.append("Undefined");
            case List<?> list -> list(list, out, budget);
            case Map<?, ?> map -> {
                budget.enter();
                var separator = "{";
                for (var entry : map.entrySet()) {
                    out.append(separator);
                    write(entry.getKey(), out, budget);
                    out.append(": ");
                    write(entry.getValue(), out, budget);
                    separator = ", ";
                }
                out.append(map.isEmpty() ? "{}" : "}");
                budget.leave();
            }
            default -> throw new TemplateError("a %s has no text".formatted(Values.type(value)));
        }
    }

    private static void list(List<?> list, StringBuilder out, Budget budget) {
        budget.enter();
        boolean tuple = list instanceof Tuple;
        out.append(tuple ? '(' : '[');
        for (int i = 0; i < list.size(); i++) {
            if (i > 0) {
                out.append(", ");
            }
            write(list.get(i), out, budget);
        }
        out.append(tuple && list.size() == 1 ? ",)" : tuple ? ")" : "]");
        budget.leave();
    }

    private static void quoted(String text, StringBuilder out) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c == quote) {
                        out.append('\\').append(quote);
                    } else if (isPrintable(c)) {
                        out.appendCodePoint(c);
                    } else {
                        out.append(
                                c < 0x100
                                        ? "\\x%02x".formatted(c)
                                        : c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c));
                    }
                }
            }
        });
        out.append(quote);
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }

    /** The shortest decimals that round to the number; an exponent below 1e-4 and from 1e16 on. */
    static String real(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        var decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        var digits = decimal.unscaledValue().abs().toString();
        int exponent = digits.length() - decimal.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            return (decimal.scale() <= 0 ? decimal.setScale(1) : decimal).toPlainString();
        }
        var mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        return "%s%se%s%02d".formatted(value < 0 ? "-" : "", mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
}
