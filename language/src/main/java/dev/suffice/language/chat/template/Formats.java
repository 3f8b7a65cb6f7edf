package dev.suffice.language.chat.template;

import java.util.List;

/** Texts with places for values: {@code 'a %s' % x} and {@code 'a {}'.format(x)}, without widths and other details. */
final class Formats {
    private Formats() {}

    static String percent(String format, Object given, Budget budget) {
        List<?> values = given instanceof Tuple tuple ? tuple : List.of(given);
        var out = new StringBuilder();
        int used = 0;
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%') {
                out.append(c);
                continue;
            }
            char kind = ++i < format.length() ? format.charAt(i) : ' ';
            if (kind == '%') {
                out.append('%');
                continue;
            }
            if (kind != 's' && kind != 'd') {
                throw new TemplateError("format %s: only %%s, %%d and %%%% are supported".formatted(format));
            }
            if (used == values.size()) {
                throw new TemplateError("not enough arguments for format string");
            }
            Object value = values.get(used++);
            if (kind == 'd' && !(value instanceof Long)) {
                throw new TemplateError("%d format: a whole number is required, not " + Values.type(value));
            }
            out.append(budget.text(PythonText.str(value, budget)));
        }
        if (used < values.size()) {
            throw new TemplateError("not all arguments converted during string formatting");
        }
        return budget.text(out.toString());
    }

    static String braces(String format, Arguments arguments) {
        var out = new StringBuilder();
        int next = 0;
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            boolean doubled = i + 1 < format.length() && format.charAt(i + 1) == c;
            if ((c == '{' || c == '}') && doubled) {
                out.append(c);
                i++;
            } else if (c == '{') {
                int end = format.indexOf('}', i);
                if (end < 0) {
                    throw new TemplateError("format %s: } is missing".formatted(format));
                }
                var field = format.substring(i + 1, end);
                var value = field.isEmpty() ? at(next++, arguments) : field(field, arguments);
                out.append(arguments.budget().text(PythonText.str(value, arguments.budget())));
                i = end;
            } else {
                out.append(c);
            }
        }
        return arguments.budget().text(out.toString());
    }

    private static Object at(int place, Arguments arguments) {
        if (place >= arguments.positional().size()) {
            throw new TemplateError("format: value %d is missing".formatted(place));
        }
        return arguments.positional().get(place);
    }

    private static Object field(String field, Arguments arguments) {
        if (field.length() < 4 && field.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return at(Integer.parseInt(field), arguments);
        }
        var value = arguments.named().get(field);
        if (value == null) {
            throw new TemplateError(
                    "format: {%s}: only {}, {0} and {name} are supported, with a value for each".formatted(field));
        }
        return value;
    }
}
