package dev.suffice.language.constrain;

import dev.suffice.core.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The regular part of ECMA-262's expressions: characters, {@code .}, classes, {@code \d \w \s}, groups, {@code |}, {@code * + ? {n,m}}, and {@code ^} and {@code $}
 * around a whole alternative. Lazy quantifiers match the same texts as greedy ones.
 */
final class RegularExpression {
    private static final int MOST_REPEATS = 10_000;
    private static final int DEPTH = 100;
    private static final CodePoints DIGITS = CodePoints.of('0', '9');
    private static final CodePoints WORD =
            DIGITS.or(CodePoints.of('a', 'z')).or(CodePoints.of('A', 'Z')).or(CodePoints.of('_', '_'));
    private static final CodePoints SPACE = CodePoints.of(
                    "\t\n\u000b\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff")
            .or(CodePoints.of(0x2000, 0x200a));
    private static final CodePoints LINE_ENDS = CodePoints.of("\n\r\u2028\u2029");

    private final String expression;
    private final Function<CodePoints, Part> character;
    private int position;
    private int depth;

    private RegularExpression(String expression, Function<CodePoints, Part> character) {
        this.expression = expression;
        this.character = character;
    }

    /**
     * Texts that match as a whole.
     *
     * @param character how one character of a set is written
     * @throws InvalidRequestException if the expression is none, or not regular
     */
    static Part whole(String expression, Function<CodePoints, Part> character) {
        return new RegularExpression(expression, character).parse(Part.NOTHING);
    }

    /** Texts that have a match in them; {@code ^} and {@code $} bind it to their start and end. */
    static Part within(String expression, Function<CodePoints, Part> character) {
        return new RegularExpression(expression, character).parse(Part.any(character.apply(CodePoints.ALL)));
    }

    private Part parse(Part around) {
        var alternatives = new ArrayList<Part>();
        do {
            boolean start = skip('^');
            var inner = sequence();
            boolean end = skip('$');
            alternatives.add(Part.sequence(start ? Part.NOTHING : around, inner, end ? Part.NOTHING : around));
        } while (skip('|'));
        if (position < expression.length()) {
            throw error(
                    expression.charAt(position) == ')'
                            ? ") without ("
                            : "^ and $ are supported only at the start and the end");
        }
        return new Part.Choice(List.copyOf(alternatives));
    }

    private InvalidRequestException error(String what) {
        return new InvalidRequestException("regular expression %s, at %d: %s".formatted(expression, position, what));
    }

    private boolean skip(char c) {
        if (position < expression.length() && expression.charAt(position) == c) {
            position++;
            return true;
        }
        return false;
    }

    private int peek() {
        return position < expression.length() ? expression.codePointAt(position) : -1;
    }

    private int next() {
        int c = peek();
        if (c < 0) {
            throw error("ends too early");
        }
        position += Character.charCount(c);
        return c;
    }

    private Part alternatives() {
        if (++depth > DEPTH) {
            throw error("groups nested deeper than %d".formatted(DEPTH));
        }
        var alternatives = new ArrayList<Part>();
        do {
            alternatives.add(sequence());
        } while (skip('|'));
        depth--;
        return new Part.Choice(List.copyOf(alternatives));
    }

    private Part sequence() {
        var parts = new ArrayList<Part>();
        while (position < expression.length() && "|)^$".indexOf(expression.charAt(position)) < 0) {
            parts.add(quantified(atom()));
        }
        return new Part.Sequence(List.copyOf(parts));
    }

    private Part quantified(Part atom) {
        if ("*+?{".indexOf(peek()) < 0) {
            return atom;
        }
        var part = switch (peek()) {
            case '*' -> repeated(atom, 0, Part.UNBOUNDED);
            case '+' -> repeated(atom, 1, Part.UNBOUNDED);
            case '?' -> repeated(atom, 0, 1);
            default -> counted(atom);
        };
        skip('?');
        if ("*+?{".indexOf(peek()) >= 0) {
            throw error("nothing to repeat");
        }
        return part;
    }

    private Part repeated(Part atom, int least, int most) {
        position++;
        return new Part.Repeat(atom, least, most);
    }

    private Part counted(Part atom) {
        position++;
        int least = count();
        int most = least;
        if (skip(',')) {
            most = peek() == '}' ? Part.UNBOUNDED : count();
        }
        if (!skip('}')) {
            throw error("} expected");
        }
        if (most != Part.UNBOUNDED && most < least) {
            throw error("{%d,%d}: the second number must not be smaller".formatted(least, most));
        }
        return new Part.Repeat(atom, least, most);
    }

    private int count() {
        int start = position;
        int value = 0;
        while (peek() >= '0' && peek() <= '9') {
            value = 10 * value + next() - '0';
            if (value > MOST_REPEATS) {
                throw error("more than %d times".formatted(MOST_REPEATS));
            }
        }
        if (position == start) {
            throw error("a number expected");
        }
        return value;
    }

    private Part atom() {
        int c = next();
        return switch (c) {
            case '(' -> group();
            case '[' -> character.apply(characterClass());
            case '.' -> character.apply(LINE_ENDS.not());
            case '\\' -> character.apply(escape());
            case '*', '+', '?', '{' -> throw error("nothing to repeat before %c".formatted(c));
            default -> character.apply(CodePoints.of(c, c));
        };
    }

    private Part group() {
        if (skip('?')) {
            if (peek() == '<'
                    && position + 1 < expression.length()
                    && "=!".indexOf(expression.charAt(position + 1)) < 0) {
                int end = expression.indexOf('>', position);
                if (end < 0) {
                    throw error("> expected");
                }
                position = end + 1;
            } else if (!skip(':')) {
                throw error("look-ahead, look-behind and flags are not supported");
            }
        }
        var inner = alternatives();
        if (!skip(')')) {
            throw error(peek() < 0 ? ") expected" : "^ and $ are supported only at the start and the end");
        }
        return inner;
    }

    private CodePoints characterClass() {
        boolean negated = skip('^');
        var characters = CodePoints.NONE;
        while (!skip(']')) {
            var low = classCharacter();
            boolean range =
                    peek() == '-' && position + 1 < expression.length() && expression.charAt(position + 1) != ']';
            if (!range) {
                characters = characters.or(low);
                continue;
            }
            position++;
            int first = single(low);
            int last = single(classCharacter());
            if (first > last) {
                throw error("range out of order");
            }
            characters = characters.or(CodePoints.of(first, last));
        }
        return negated ? characters.not() : characters;
    }

    private int single(CodePoints characters) {
        if (characters.ranges().size() != 1
                || characters.ranges().getFirst().low()
                        != characters.ranges().getFirst().high()) {
            throw error("a range needs single characters");
        }
        return characters.ranges().getFirst().low();
    }

    private CodePoints classCharacter() {
        int c = next();
        if (c != '\\') {
            return CodePoints.of(c, c);
        }
        return skip('b') ? CodePoints.of("\b") : escape();
    }

    private CodePoints escape() {
        int c = next();
        return switch (c) {
            case 'd' -> DIGITS;
            case 'D' -> DIGITS.not();
            case 'w' -> WORD;
            case 'W' -> WORD.not();
            case 's' -> SPACE;
            case 'S' -> SPACE.not();
            case 't' -> CodePoints.of("\t");
            case 'n' -> CodePoints.of("\n");
            case 'r' -> CodePoints.of("\r");
            case 'f' -> CodePoints.of("\f");
            case 'v' -> CodePoints.of("\u000b");
            case 'x' -> hexadecimal(2);
            case 'u' -> skip('{') ? braced() : hexadecimal(4);
            default -> {
                if (c < 0x80 && Character.isLetterOrDigit(c)) {
                    throw error("\\%c is not supported".formatted(c));
                }
                yield CodePoints.of(c, c);
            }
        };
    }

    private CodePoints braced() {
        int end = expression.indexOf('}', position);
        var characters = hexadecimal(Math.clamp((long) end - position, 1, 6));
        position++;
        return characters;
    }

    private CodePoints hexadecimal(int digits) {
        int end = position + digits;
        if (end > expression.length()
                || !expression.substring(position, end).chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
            throw error("%d hexadecimal digits expected".formatted(digits));
        }
        int c = Integer.parseInt(expression, position, end, 16);
        position = end;
        if (!CodePoints.ALL.contains(c)) {
            throw error("U+%X is no character".formatted(c));
        }
        return CodePoints.of(c, c);
    }
}
