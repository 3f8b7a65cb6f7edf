package dev.suffice.language.constrain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The parts of JSON documents. */
final class JsonParts {
    /** The rule that stands for any value. */
    static final String ANY = "any JSON";

    private static final Part HEX = Part.oneOf("0123456789abcdefABCDEF");
    private static final Map<Integer, Character> SHORT_ESCAPES = new TreeMap<>(Map.of(
            (int) '"',
            '"',
            (int) '\\',
            '\\',
            (int) '/',
            '/',
            (int) '\b',
            'b',
            (int) '\f',
            'f',
            (int) '\n',
            'n',
            (int) '\r',
            'r',
            (int) '\t',
            't'));
    private static final CodePoints ESCAPED = CodePoints.of(0, 0x1f).or(CodePoints.of("\"\\"));
    private static final Part QUOTE = Part.text("\"");

    /** A sign, digits, a fraction, an exponent, of bounded lengths, so that the number is finite and ends. */
    private static final Part UNSIGNED = Part.sequence(
            Part.choice(Part.text("0"), Part.sequence(new Part.Bytes('1', '9'), Part.digits(0, 19))),
            Part.optional(Part.sequence(Part.text("."), Part.digits(1, 20))),
            Part.optional(Part.sequence(Part.oneOf("eE"), Part.optional(Part.oneOf("+-")), Part.digits(1, 2))));

    private JsonParts() {}

    /**
     * One character of a set, in a string. It is written as itself where JSON allows it; as a backslash and a letter where it has such a form; by its number only
     * if it is one of all characters, or a control character.
     */
    static Part character(CodePoints characters) {
        var spellings = new ArrayList<Part>();
        spellings.add(Utf8.character(characters.minus(ESCAPED)));
        var letters = new StringBuilder();
        SHORT_ESCAPES.forEach((c, letter) -> letters.append(characters.contains(c) ? letter.toString() : ""));
        spellings.add(Part.sequence(Part.text("\\"), Part.oneOf(letters.toString())));
        if (characters.equals(CodePoints.ALL)) {
            spellings.add(Part.sequence(Part.text("\\u"), number()));
        } else {
            for (int c = 0; c < 0x20; c++) {
                if (characters.contains(c) && !SHORT_ESCAPES.containsKey(c)) {
                    spellings.add(Part.text("\\u%04x".formatted(c)));
                }
            }
        }
        return new Part.Choice(List.copyOf(spellings));
    }

    /** Four hexadecimal digits of a character, or the eight of two surrogates. */
    private static Part number() {
        return Part.choice(
                Part.sequence(Part.oneOf("0123456789abcefABCEF"), HEX, HEX, HEX),
                Part.sequence(Part.oneOf("dD"), Part.oneOf("01234567"), HEX, HEX),
                Part.sequence(
                        Part.oneOf("dD"),
                        Part.oneOf("89abAB"),
                        HEX,
                        HEX,
                        Part.text("\\u"),
                        Part.oneOf("dD"),
                        Part.oneOf("cdefCDEF"),
                        HEX,
                        HEX));
    }

    /** A string of what is between its quotes. */
    static Part string(Part content) {
        return Part.sequence(QUOTE, content, QUOTE);
    }

    static Part string(int least, int most) {
        return string(new Part.Repeat(character(CodePoints.ALL), least, most));
    }

    /** Any string but these, for the names of further properties. */
    static Part stringBut(List<String> names) {
        return Part.sequence(
                QUOTE,
                restBut(names.stream().map(name -> name.codePoints().toArray()).toList(), 0));
    }

    private static Part restBut(List<int[]> names, int read) {
        var children = new TreeMap<Integer, List<int[]>>();
        boolean ends = false;
        for (var name : names) {
            if (name.length == read) {
                ends = true;
            } else {
                children.computeIfAbsent(name[read], _ -> new ArrayList<>()).add(name);
            }
        }
        var choices = new ArrayList<Part>();
        if (!ends) {
            choices.add(QUOTE);
        }
        var others = CodePoints.ALL;
        for (var child : children.entrySet()) {
            int c = child.getKey();
            var one = CodePoints.of(c, c);
            others = others.minus(one);
            choices.add(Part.sequence(character(one), restBut(child.getValue(), read + 1)));
        }
        choices.add(Part.sequence(character(others), Part.any(character(CodePoints.ALL)), QUOTE));
        return new Part.Choice(List.copyOf(choices));
    }

    /** A string that is given, with its quotes, written the shortest way. */
    static String quoted(String text) {
        var out = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (SHORT_ESCAPES.containsKey(c) && c != '/') {
                out.append('\\').append(SHORT_ESCAPES.get(c));
            } else if (c < 0x20) {
                out.append("\\u%04x".formatted(c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.append('"').toString();
    }

    static Part number(boolean negative) {
        return negative ? Part.sequence(Part.optional(Part.text("-")), UNSIGNED) : UNSIGNED;
    }

    /** A name, a colon, a value. */
    static Part member(Part name, Part value, Part space) {
        return Part.sequence(name, space, Part.text(":"), space, value);
    }

    static Part object(List<Part.Item> members, Optional<Part> others, Part space) {
        return enclosed("{", members, others, "}", space);
    }

    static Part array(List<Part.Item> items, Optional<Part> others, Part space) {
        return enclosed("[", items, others, "]", space);
    }

    private static Part enclosed(String open, List<Part.Item> items, Optional<Part> rest, String close, Part space) {
        var separator = Part.sequence(space, Part.text(","), space);
        return Part.sequence(
                Part.text(open), space, new Part.Listing(List.copyOf(items), separator, rest, space), Part.text(close));
    }

    /** What rule {@link #ANY} stands for. */
    static Part any(Part space) {
        var value = new Part.Call(ANY);
        return Part.choice(
                string(0, Part.UNBOUNDED),
                number(true),
                Part.text("true"),
                Part.text("false"),
                Part.text("null"),
                object(List.of(), Optional.of(member(string(0, Part.UNBOUNDED), value, space)), space),
                array(List.of(), Optional.of(value), space));
    }
}
