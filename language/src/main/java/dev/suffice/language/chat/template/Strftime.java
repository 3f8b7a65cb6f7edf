package dev.suffice.language.chat.template;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as Python's strftime writes them, in English. */
final class Strftime {
    private Strftime() {}

    static String format(ZonedDateTime time, String format) {
        var out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%') {
                out.append(c);
                continue;
            }
            boolean bare = ++i < format.length() && format.charAt(i) == '-';
            i += bare ? 1 : 0;
            char field = i < format.length() ? format.charAt(i) : ' ';
            if (field == '%') {
                out.append('%');
                continue;
            }
            var pattern = pattern(field);
            if (pattern.isEmpty()) {
                throw new TemplateError("strftime_now: %%%s is not supported".formatted(field));
            }
            var text = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
            out.append(bare && text.startsWith("0") && text.length() > 1 ? text.substring(1) : text);
        }
        return out.toString();
    }

    private static String pattern(char field) {
        return switch (field) {
            case 'Y' -> "uuuu";
            case 'y' -> "uu";
            case 'm' -> "MM";
            case 'd' -> "dd";
            case 'H' -> "HH";
            case 'I' -> "hh";
            case 'M' -> "mm";
            case 'S' -> "ss";
            case 'p' -> "a";
            case 'j' -> "DDD";
            case 'B' -> "MMMM";
            case 'b', 'h' -> "MMM";
            case 'A' -> "EEEE";
            case 'a' -> "EEE";
            case 'F' -> "uuuu-MM-dd";
            case 'T' -> "HH:mm:ss";
            default -> "";
        };
    }
}
