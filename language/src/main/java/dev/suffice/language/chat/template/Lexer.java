package dev.suffice.language.chat.template;

import dev.suffice.language.chat.template.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A template's text as tokens. Blanks around tags go as with trim_blocks and lstrip_blocks: the line end after a block or a comment, and the blanks before
 * one that begins its line; {@code -} takes all white space on its side, {@code +} leaves it.
 */
final class Lexer {
    private static final Pattern RAW = Pattern.compile("\\{%[-+]?\\s*raw\\s*(?:-%\\}\\s*|%\\})");
    private static final Pattern END_RAW = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*(?:\\+%\\}|-%\\}\\s*|%\\}\\n?)");
    private static final Set<String> LONG_OPERATORS = Set.of("//", "**", "==", "!=", ">=", "<=");
    private static final String OPERATORS = "+-/*%~[](){}><=.:|,";

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int position;
    private int line = 1;
    private int countedTo;
    private boolean lineStarting = true;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String template) {
        var source = template.replace("\r\n", "\n").replace('\r', '\n');
        var lexer = new Lexer(source.endsWith("\n") ? source.substring(0, source.length() - 1) : source);
        try {
            lexer.run();
        } catch (TemplateError e) {
            throw new LocatedError(lexer.line(), e);
        }
        return lexer.tokens;
    }

    private int line() {
        for (; countedTo < Math.min(position, source.length()); countedTo++) {
            if (source.charAt(countedTo) == '\n') {
                line++;
            }
        }
        return line;
    }

    private void add(Kind kind, String text) {
        tokens.add(new Token(kind, text, line()));
    }

    private void run() {
        while (position < source.length()) {
            int tag = nextTag(position);
            if (tag < 0) {
                add(Kind.DATA, source.substring(position));
                position = source.length();
                break;
            }
            data(tag);
            position = tag;
            switch (source.charAt(tag + 1)) {
                case '#' -> comment();
                case '{' -> inside(Kind.VARIABLE_BEGIN, Kind.VARIABLE_END, "}}");
                default -> {
                    if (!raw()) {
                        inside(Kind.BLOCK_BEGIN, Kind.BLOCK_END, "%}");
                    }
                }
            }
        }
        add(Kind.END, "");
    }

    private int nextTag(int from) {
        for (int at = source.indexOf('{', from);
                at >= 0 && at + 1 < source.length();
                at = source.indexOf('{', at + 1)) {
            if ("{%#".indexOf(source.charAt(at + 1)) >= 0) {
                return at;
            }
        }
        return -1;
    }

    private char sign(int tag) {
        return tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
    }

    private void data(int tag) {
        var text = strippedBefore(source.substring(position, tag), sign(tag), source.charAt(tag + 1) == '{');
        if (!text.isEmpty()) {
            add(Kind.DATA, text);
        }
    }

    private String strippedBefore(String text, char sign, boolean variable) {
        if (sign == '-') {
            return PythonText.stripEnd(text, PythonText::isSpace);
        }
        if (sign != '+' && !variable) {
            int lineStart = text.lastIndexOf('\n') + 1;
            if ((lineStart > 0 || lineStarting)
                    && text.substring(lineStart).codePoints().allMatch(PythonText::isSpace)) {
                return text.substring(0, lineStart);
            }
        }
        return text;
    }

    private void comment() {
        int start = position + ("-+".indexOf(sign(position)) >= 0 ? 3 : 2);
        int end = source.indexOf("#}", start);
        if (end < 0) {
            throw new TemplateError("comment {# is never closed: #} expected");
        }
        char sign = end > start ? source.charAt(end - 1) : ' ';
        position = end + 2;
        afterBlock(sign);
    }

    /** White space after a block or a comment whose end has a sign before it. */
    private void afterBlock(char sign) {
        int from = position;
        if (sign == '-') {
            skipSpace();
        } else if (sign != '+' && position < source.length() && source.charAt(position) == '\n') {
            position++;
        }
        lineStarting = position > from && source.charAt(position - 1) == '\n';
    }

    private void skipSpace() {
        while (position < source.length() && PythonText.isSpace(source.charAt(position))) {
            position++;
        }
    }

    private boolean raw() {
        var begin = RAW.matcher(source).region(position, source.length());
        if (!begin.lookingAt()) {
            return false;
        }
        var end = END_RAW.matcher(source);
        if (!end.find(begin.end())) {
            throw new TemplateError("block raw is never closed: {% endraw %} expected");
        }
        lineStarting = source.charAt(begin.end() - 1) == '\n';
        position = begin.end();
        var sign = end.group(1).isEmpty() ? ' ' : end.group(1).charAt(0);
        var text = strippedBefore(source.substring(begin.end(), end.start()), sign, false);
        if (!text.isEmpty()) {
            add(Kind.DATA, text);
        }
        position = end.end();
        lineStarting = source.charAt(position - 1) == '\n';
        return true;
    }

    private void inside(Kind begin, Kind end, String closing) {
        add(begin, "");
        int start = position;
        position += sign(start) == '-' || sign(start) == '+' ? 3 : 2;
        Deque<Character> open = new ArrayDeque<>();
        while (true) {
            skipSpace();
            if (position >= source.length()) {
                position = start;
                throw new TemplateError(
                        "%s is never closed: %s expected".formatted(source.substring(start, start + 2), closing));
            }
            if (open.isEmpty() && closed(end, closing)) {
                return;
            }
            token(open);
        }
    }

    private boolean closed(Kind end, String closing) {
        char sign = source.charAt(position);
        boolean signed =
                (sign == '-' || (sign == '+' && end == Kind.BLOCK_END)) && source.startsWith(closing, position + 1);
        if (!signed && !source.startsWith(closing, position)) {
            return false;
        }
        add(end, "");
        position += signed ? 3 : 2;
        if (end == Kind.BLOCK_END) {
            afterBlock(signed ? sign : ' ');
        } else {
            int from = position;
            if (signed) {
                skipSpace();
            }
            lineStarting = position > from && source.charAt(position - 1) == '\n';
        }
        return true;
    }

    private void token(Deque<Character> open) {
        char c = source.charAt(position);
        if (Character.isLetter(c) || c == '_') {
            int end = position;
            while (end < source.length()
                    && (Character.isLetterOrDigit(source.charAt(end)) || source.charAt(end) == '_')) {
                end++;
            }
            take(Kind.NAME, end);
        } else if (c >= '0' && c <= '9') {
            number();
        } else if (c == '"' || c == '\'') {
            string(c);
        } else if (OPERATORS.indexOf(c) >= 0 || c == '!') {
            operator(c, open);
        } else {
            throw new TemplateError(
                    "unexpected character %s".formatted(Character.toString(source.codePointAt(position))));
        }
    }

    private void take(Kind kind, int end) {
        add(kind, source.substring(position, end));
        position = end;
    }

    private void operator(char c, Deque<Character> open) {
        int end = Math.min(source.length(), position + 2);
        if (LONG_OPERATORS.contains(source.substring(position, end))) {
            take(Kind.OPERATOR, end);
            return;
        }
        switch (c) {
            case '(' -> open.push(')');
            case '[' -> open.push(']');
            case '{' -> open.push('}');
            case ')', ']', '}' -> {
                if (open.isEmpty() || open.pop() != c) {
                    throw new TemplateError("unexpected %s".formatted(c));
                }
            }
            case '!' -> throw new TemplateError("unexpected character !");
            default -> {}
        }
        take(Kind.OPERATOR, position + 1);
    }

    private int digits(int from) {
        int end = from;
        while (end < source.length()
                && (isDigit(end) || (source.charAt(end) == '_' && end > from && isDigit(end + 1)))) {
            end++;
        }
        return end;
    }

    private boolean isDigit(int at) {
        return at < source.length() && source.charAt(at) >= '0' && source.charAt(at) <= '9';
    }

    private void number() {
        int end = digits(position);
        var kind = Kind.INTEGER;
        if (end < source.length() && source.charAt(end) == '.' && isDigit(end + 1)) {
            end = digits(end + 1);
            kind = Kind.FLOAT;
        }
        if (end < source.length() && (source.charAt(end) == 'e' || source.charAt(end) == 'E')) {
            int exponent = end + 1;
            if (exponent < source.length() && "+-".indexOf(source.charAt(exponent)) >= 0) {
                exponent++;
            }
            if (isDigit(exponent)) {
                end = digits(exponent);
                kind = Kind.FLOAT;
            }
        }
        add(kind, source.substring(position, end).replace("_", ""));
        position = end;
    }

    private void string(char quote) {
        int end = position + 1;
        while (end < source.length() && source.charAt(end) != quote) {
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= source.length()) {
            throw new TemplateError("string %s is never closed".formatted(quote));
        }
        add(Kind.STRING, Escapes.decoded(source.substring(position + 1, end)));
        position = end + 1;
    }
}
