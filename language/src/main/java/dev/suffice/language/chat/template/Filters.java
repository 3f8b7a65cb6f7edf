package dev.suffice.language.chat.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** What can stand after {@code |}. The value that is filtered is the first argument. Those that go through lists are {@link ListFilters}. */
final class Filters {
    private static final Pattern INTEGER = Pattern.compile("\\s*[-+]?\\d{1,18}\\s*");
    private static final Pattern REAL =
            Pattern.compile("\\s*[-+]?(\\d{1,300}(\\.\\d*)?|\\.\\d{1,300})([eE][-+]?\\d{1,3})?\\s*");

    private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);

    private Filters() {}

    static Object apply(String name, Arguments given) {
        var value = given.get(0, "value");
        var budget = given.budget();
        return switch (name) {
            case "trim" ->
                StringMethods.find(PythonText.str(value, budget), "strip")
                        .orElseThrow()
                        .call(given.after(1, name));
            case "upper" -> budget.text(PythonText.str(value, budget).toUpperCase(Locale.ROOT));
            case "lower" -> budget.text(PythonText.str(value, budget).toLowerCase(Locale.ROOT));
            case "capitalize" -> budget.text(StringMethods.capitalized(PythonText.str(value, budget)));
            case "title" -> title(budget.text(PythonText.str(value, budget)));
            case "string" -> PythonText.str(value, budget);
            case "safe" -> value;
            case "escape", "e", "forceescape" -> escaped(PythonText.str(value, budget), budget);
            case "replace" ->
                StringMethods.replaced(
                        PythonText.str(value, budget),
                        given.text(1, "old"),
                        given.text(2, "new"),
                        given.integer(3, "count", -1),
                        budget);
            case "indent" -> indented(PythonText.str(value, budget), given);
            case "wordcount" ->
                WORD.matcher(budget.text(PythonText.str(value, budget)))
                        .results()
                        .count();
            case "format" ->
                Formats.percent(
                        PythonText.str(value, budget),
                        new Tuple(given.after(1, name).positional()),
                        budget);
            case "tojson" -> PythonJson.of(given);
            case "default", "d" -> {
                boolean missing =
                        value instanceof Undefined || (given.flag(2, "boolean", false) && !Values.isTrue(value));
                yield missing ? given.find(1, "default_value").orElse("") : value;
            }
            case "length", "count" -> Values.length(value);
            case "int" -> integer(value, given);
            case "float" -> real(value, given);
            case "abs" ->
                Comparisons.compare(value, 0L, "<", budget) < 0 ? Operators.negated(value) : Operators.number(value);
            case "round" -> rounded(value, given);
            case "items" ->
                switch (value) {
                    case Map<?, ?> map -> CollectionMethods.items(map, budget);
                    case Undefined _ -> List.of();
                    default -> throw new TemplateError("items: can only get item pairs from a mapping");
                };
            default -> ListFilters.apply(name, given);
        };
    }

    private static String title(String text) {
        var out = new StringBuilder();
        boolean start = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(start ? Character.toUpperCase(c) : Character.toLowerCase(c));
            start = PythonText.isSpace(c) || "-({[<".indexOf(c) >= 0;
        }
        return out.toString();
    }

    private static String escaped(String text, Budget budget) {
        budget.spend(5L * text.length());
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }

    /** A number of blanks, or the text itself. */
    static String indentation(Object width, Arguments given) {
        if (width instanceof String text) {
            return text;
        }
        if (width instanceof Long count) {
            given.budget().spend(Math.max(0, count));
            return " ".repeat((int) Math.max(0, count));
        }
        throw new TemplateError("%s: width must be a whole number or a string".formatted(given.name()));
    }

    private static String indented(String text, Arguments given) {
        var indentation = indentation(given.find(1, "width").orElse(4L), given);
        boolean first = given.flag(2, "first", false);
        boolean blank = given.flag(3, "blank", false);
        var out = new StringBuilder();
        var lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            given.budget().spend((long) indentation.length() + lines[i].length());
            boolean plain = i == 0 ? !first : lines[i].isEmpty() && !blank;
            out.append(i > 0 ? "\n" : "").append(plain ? "" : indentation).append(lines[i]);
        }
        return out.toString();
    }

    private static Object integer(Object value, Arguments given) {
        return switch (value) {
            case Long number -> number;
            case Boolean flag -> flag ? 1L : 0L;
            case Double number when Math.abs(number) < 1L << 62 -> (long) (double) number;
            case String text when INTEGER.matcher(text).matches() -> Long.parseLong(text.strip());
            case String text
            when REAL.matcher(text).matches() && Math.abs(Double.parseDouble(text)) < 1L << 62 ->
                (long) Double.parseDouble(text);
            case Undefined undefined -> throw undefined.error();
            default -> given.find(1, "default").orElse(0L);
        };
    }

    private static Object real(Object value, Arguments given) {
        return switch (value) {
            case String text when REAL.matcher(text).matches() -> Double.parseDouble(text);
            case Undefined undefined -> throw undefined.error();
            default ->
                Values.isNumber(value)
                        ? Operators.number(value).doubleValue()
                        : given.find(1, "default").orElse(0.0);
        };
    }

    private static Object rounded(Object value, Arguments given) {
        long precision = given.integer(1, "precision", 0);
        var method = given.optionalText(2, "method").orElse("common");
        double number = Operators.number(value).doubleValue();
        if (!(value instanceof Double) && method.equals("common") && precision >= 0) {
            return Operators.number(value);
        }
        var mode = switch (method) {
            case "common" -> RoundingMode.HALF_EVEN;
            case "floor" -> RoundingMode.FLOOR;
            case "ceil" -> RoundingMode.CEILING;
            default -> throw new TemplateError("round: method must be common, ceil or floor");
        };
        if (!Double.isFinite(number) || Math.abs(precision) > 300) {
            return number;
        }
        return new BigDecimal(number).setScale((int) precision, mode).doubleValue();
    }

    /** Without those that occurred before; texts are alike in upper and lower case. */
    static List<Object> unique(List<Object> items, Budget budget) {
        var seen = new LinkedHashSet<Object>();
        var result = new ArrayList<Object>();
        for (var item : items) {
            budget.spend(1);
            if (seen.add(Values.key(item instanceof String text ? text.toLowerCase(Locale.ROOT) : item))) {
                result.add(item);
            }
        }
        return result;
    }
}
