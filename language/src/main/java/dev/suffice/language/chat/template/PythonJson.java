package dev.suffice.language.chat.template;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Values as {@code json.dumps} of Python writes them. */
final class PythonJson {
    private final StringBuilder out = new StringBuilder();
    private final Optional<String> indent;
    private final String itemSeparator;
    private final String keySeparator;
    private final boolean ascii;
    private final boolean sorted;
    private final Budget budget;

    private PythonJson(Arguments arguments) {
        this.indent = arguments
                .find(2, "indent")
                .filter(value -> value != None.NONE)
                .map(value -> Filters.indentation(value, arguments));
        var separators = arguments.find(3, "separators").filter(value -> value != None.NONE);
        if (separators.isPresent()) {
            if (!(separators.get() instanceof List<?> pair
                    && pair.size() == 2
                    && pair.get(0) instanceof String item
                    && pair.get(1) instanceof String key)) {
                throw new TemplateError("tojson: separators must be two strings");
            }
            this.itemSeparator = item;
            this.keySeparator = key;
        } else {
            this.itemSeparator = indent.isPresent() ? "," : ", ";
            this.keySeparator = ": ";
        }
        this.ascii = arguments.flag(1, "ensure_ascii", false);
        this.sorted = arguments.flag(4, "sort_keys", false);
        this.budget = arguments.budget();
    }

    /** Filter tojson: the value, then ensure_ascii, indent, separators, sort_keys. */
    static String of(Arguments arguments) {
        var json = new PythonJson(arguments);
        json.write(arguments.get(0, "value"), 0);
        return json.out.toString();
    }

    private void write(Object value, int depth) {
        budget.spend(1);
        switch (value) {
            case String text -> quoted(text);
            case Boolean flag -> out.append(flag.booleanValue());
            case Long number -> out.append(number.longValue());
            case Double number ->
                out.append(
                        Double.isNaN(number)
                                ? "NaN"
                                : Double.isInfinite(number)
                                        ? (number > 0 ? "Infinity" : "-Infinity")
                                        : PythonText.real(number));
            case None _ -> out.append("null");
            case List<?> list -> list(list, depth);
            case Map<?, ?> map -> map(map, depth);
            default -> throw new TemplateError("tojson: a %s cannot be written as JSON".formatted(Values.type(value)));
        }
    }

    private void list(List<?> list, int depth) {
        if (list.isEmpty()) {
            out.append("[]");
            return;
        }
        budget.enter();
        out.append('[');
        for (int i = 0; i < list.size(); i++) {
            out.append(i > 0 ? itemSeparator : "");
            newLine(depth + 1);
            write(list.get(i), depth + 1);
        }
        newLine(depth);
        out.append(']');
        budget.leave();
    }

    private void map(Map<?, ?> map, int depth) {
        if (map.isEmpty()) {
            out.append("{}");
            return;
        }
        budget.enter();
        out.append('{');
        var separator = "";
        List<? extends Map.Entry<?, ?>> entries = map.entrySet().stream().toList();
        if (sorted) {
            budget.spend(entries.size() * 16L);
            entries = entries.stream()
                    .sorted((a, b) -> Comparisons.compare(a.getKey(), b.getKey(), "<", budget))
                    .toList();
        }
        for (var entry : entries) {
            out.append(separator);
            newLine(depth + 1);
            quoted(keyText(entry.getKey()));
            out.append(keySeparator);
            write(entry.getValue(), depth + 1);
            separator = itemSeparator;
        }
        newLine(depth);
        out.append('}');
        budget.leave();
    }

    private String keyText(Object key) {
        return switch (key) {
            case String text -> text;
            case None _ -> "null";
            case Boolean flag -> flag.toString();
            case Long number -> number.toString();
            case Double number -> PythonText.real(number);
            default -> throw new TemplateError("tojson: a %s cannot be a key".formatted(Values.type(key)));
        };
    }

    private void newLine(int depth) {
        if (indent.isPresent()) {
            budget.spend((long) depth * indent.get().length());
            out.append('\n').append(indent.get().repeat(depth));
        }
    }

    private void quoted(String text) {
        budget.spend(text.length());
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < ' ' || (ascii && c > '~')) {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
