package dev.suffice.language.chat.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Methods of texts, as in Python. */
final class StringMethods {
    private StringMethods() {}

    /** The method of a name, if there is one. */
    static Optional<Function> find(String text, String name) {
        Function method = switch (name) {
            case "strip" -> given -> PythonText.stripEnd(PythonText.stripStart(text, strip(given)), strip(given));
            case "lstrip" -> given -> PythonText.stripStart(text, strip(given));
            case "rstrip" -> given -> PythonText.stripEnd(text, strip(given));
            case "split" -> given -> split(text, given, false);
            case "rsplit" -> given -> split(text, given, true);
            case "splitlines" -> given -> lines(text, given);
            case "startswith" -> given -> affix(text, given, true);
            case "endswith" -> given -> affix(text, given, false);
            case "upper" -> given -> given.budget().text(text.toUpperCase(Locale.ROOT));
            case "lower" -> given -> given.budget().text(text.toLowerCase(Locale.ROOT));
            case "title" -> given -> given.budget().text(title(text));
            case "capitalize" -> given -> given.budget().text(capitalized(text));
            case "replace" ->
                given -> replaced(
                        text,
                        given.text(0, "old"),
                        given.text(1, "new"),
                        given.integer(2, "count", -1),
                        given.budget());
            case "find" -> given -> position(text, text.indexOf(part(text, given)));
            case "rfind" -> given -> position(text, text.lastIndexOf(part(text, given)));
            case "index" ->
                given -> {
                    int at = text.indexOf(part(text, given));
                    if (at < 0) {
                        throw new TemplateError("index: substring not found");
                    }
                    return position(text, at);
                };
            case "count" -> given -> count(text, part(text, given));
            case "join" -> given -> joined(text, given.get(0, "iterable"), given.budget());
            case "removeprefix" ->
                given -> {
                    var prefix = given.text(0, "prefix");
                    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
                };
            case "removesuffix" ->
                given -> {
                    var suffix = given.text(0, "suffix");
                    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
                };
            case "format" -> given -> Formats.braces(text, given);
            case "isdigit", "isnumeric", "isdecimal" -> _ -> all(text, Character::isDigit);
            case "isalpha" -> _ -> all(text, Character::isLetter);
            case "isalnum" -> _ -> all(text, Character::isLetterOrDigit);
            case "isspace" -> _ -> all(text, PythonText::isSpace);
            case "isupper" ->
                _ -> text.chars().anyMatch(Character::isUpperCase)
                        && text.chars().noneMatch(Character::isLowerCase);
            case "islower" ->
                _ -> text.chars().anyMatch(Character::isLowerCase)
                        && text.chars().noneMatch(Character::isUpperCase);
            default -> null;
        };
        return Optional.ofNullable(method);
    }

    private static boolean all(String text, IntPredicate test) {
        return !text.isEmpty() && text.codePoints().allMatch(test);
    }

    private static IntPredicate strip(Arguments given) {
        given.budget().spend(1);
        return given.optionalText(0, "chars")
                .<IntPredicate>map(chars -> c -> chars.indexOf(c) >= 0)
                .orElse(PythonText::isSpace);
    }

    private static String part(String text, Arguments given) {
        given.atMost(1);
        given.budget().spend(text.length());
        return given.text(0, "sub");
    }

    private static long position(String text, int at) {
        return at < 0 ? -1 : text.codePointCount(0, at);
    }

    private static Object affix(String text, Arguments given, boolean start) {
        var affixes = given.get(0, "prefix") instanceof Tuple tuple ? tuple : List.of(given.text(0, "prefix"));
        for (var affix : affixes) {
            if (!(affix instanceof String part)) {
                throw new TemplateError("%s: argument must be a string or a tuple of strings".formatted(given.name()));
            }
            if (start ? text.startsWith(part) : text.endsWith(part)) {
                return true;
            }
        }
        return false;
    }

    static long count(String text, String part) {
        if (part.isEmpty()) {
            return text.codePointCount(0, text.length()) + 1L;
        }
        long found = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            found++;
        }
        return found;
    }

    /** A count below zero stands for all. */
    static String replaced(String text, String old, String replacement, long count, Budget budget) {
        long found = count(text, old);
        long times = count < 0 ? found : Math.min(count, found);
        budget.spend(text.length() + times * replacement.length());
        var out = new StringBuilder();
        int from = 0;
        for (long i = 0; i < times; i++) {
            int at = text.indexOf(old, from);
            if (old.isEmpty()) {
                // An empty text lies before every character and at the end.
                out.append(replacement);
                if (from < text.length()) {
                    int next = text.offsetByCodePoints(from, 1);
                    out.append(text, from, next);
                    from = next;
                }
            } else {
                out.append(text, from, at).append(replacement);
                from = at + old.length();
            }
        }
        return out.append(text, from, text.length()).toString();
    }

    static String joined(String separator, Object values, Budget budget) {
        var out = new StringBuilder();
        boolean first = true;
        for (var value : Values.items(values, budget)) {
            if (!(value instanceof String text)) {
                throw new TemplateError(
                        "join: sequence item: expected str instance, %s found".formatted(Values.type(value)));
            }
            budget.spend((long) separator.length() + text.length());
            out.append(first ? "" : separator).append(text);
            first = false;
        }
        return out.toString();
    }

    private static List<Object> lines(String text, Arguments given) {
        boolean ends = given.flag(0, "keepends", false);
        given.budget().spend(text.length());
        var lines = new ArrayList<Object>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if ("\n\r\u000b\f\u001c\u001d\u001e\u0085\u2028\u2029".indexOf(text.charAt(i)) < 0) {
                continue;
            }
            int end = text.startsWith("\r\n", i) ? i + 2 : i + 1;
            lines.add(text.substring(start, ends ? end : i));
            start = end;
            i = end - 1;
        }
        if (start < text.length()) {
            lines.add(text.substring(start));
        }
        return lines;
    }

    private static List<Object> split(String text, Arguments given, boolean fromEnd) {
        var separator = given.optionalText(0, "sep");
        long most = given.integer(1, "maxsplit", -1);
        given.budget().spend(2L * text.length());
        if (separator.isPresent() && separator.get().isEmpty()) {
            throw new TemplateError("split: empty separator");
        }
        long limit = most < 0 ? Long.MAX_VALUE : most;
        if (separator.isEmpty()) {
            return fromEnd ? wordsFromEnd(text, limit) : words(text, limit);
        }
        return fromEnd ? partsFromEnd(text, separator.get(), limit) : parts(text, separator.get(), limit);
    }

    private static List<Object> parts(String text, String separator, long limit) {
        var parts = new ArrayList<Object>();
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0 && parts.size() < limit; at = text.indexOf(separator, from)) {
            parts.add(text.substring(from, at));
            from = at + separator.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static List<Object> partsFromEnd(String text, String separator, long limit) {
        var parts = new ArrayList<Object>();
        int to = text.length();
        while (parts.size() < limit) {
            int at = text.lastIndexOf(separator, to - separator.length());
            if (at < 0) {
                break;
            }
            parts.add(text.substring(at + separator.length(), to));
            to = at;
        }
        parts.add(text.substring(0, to));
        return parts.reversed().stream().toList();
    }

    private static List<Object> words(String text, long limit) {
        var words = new ArrayList<Object>();
        var rest = PythonText.stripStart(text, PythonText::isSpace);
        int from = 0;
        while (from < rest.length()) {
            if (words.size() == limit) {
                words.add(PythonText.stripEnd(rest.substring(from), PythonText::isSpace));
                break;
            }
            int end = from;
            while (end < rest.length() && !PythonText.isSpace(rest.charAt(end))) {
                end++;
            }
            words.add(rest.substring(from, end));
            while (end < rest.length() && PythonText.isSpace(rest.charAt(end))) {
                end++;
            }
            from = end;
        }
        return words;
    }

    private static List<Object> wordsFromEnd(String text, long limit) {
        var words = new ArrayList<Object>();
        var rest = PythonText.stripEnd(text, PythonText::isSpace);
        int to = rest.length();
        while (to > 0) {
            if (words.size() == limit) {
                words.add(PythonText.stripStart(rest.substring(0, to), PythonText::isSpace));
                break;
            }
            int start = to;
            while (start > 0 && !PythonText.isSpace(rest.charAt(start - 1))) {
                start--;
            }
            words.add(rest.substring(start, to));
            while (start > 0 && PythonText.isSpace(rest.charAt(start - 1))) {
                start--;
            }
            to = start;
        }
        return words.reversed().stream().toList();
    }

    static String capitalized(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return text.substring(0, first).toUpperCase(Locale.ROOT)
                + text.substring(first).toLowerCase(Locale.ROOT);
    }

    private static String title(String text) {
        var out = new StringBuilder();
        boolean inWord = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inWord = Character.isLetter(c);
        }
        return out.toString();
    }
}
