package dev.suffice.models.store;

import dev.suffice.core.SufficeException;
import java.nio.file.Path;

/**
 * Names of files that a server or an archive chose. They become paths only if they stay inside their folder on every system: no
 * {@code ..}, no absolute path, no backslash, no drive letter, no character that is not seen.
 */
final class SafeFileName {
    private static final int LONGEST = 512;
    private static final int LONGEST_PART = 240;
    private static final int DEEPEST = 16;

    private SafeFileName() {}

    /**
     * The file of that name in a folder.
     *
     * @param source who chose the name, for the message
     * @throws SufficeException if the name could lead elsewhere
     */
    static Path in(Path folder, String name, String source) {
        if (!safe(name)) {
            throw new SufficeException(
                    "%s: file name %s: must be a path inside its folder, without .., backslash, colon or control characters; nothing is written under that name"
                            .formatted(source, shown(name)));
        }
        return folder.resolve(name);
    }

    /** Whether a name stays inside its folder. */
    static boolean safe(String name) {
        if (name.isEmpty() || name.length() > LONGEST || !name.codePoints().allMatch(SafeFileName::visible)) {
            return false;
        }
        var parts = name.split("/", -1);
        if (parts.length > DEEPEST) {
            return false;
        }
        for (var part : parts) {
            // a part that ends in a dot or a space names another file on Windows; . and .. are among them
            if (part.isEmpty() || part.length() > LONGEST_PART || part.endsWith(".") || part.endsWith(" ")) {
                return false;
            }
        }
        return true;
    }

    private static boolean visible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> "\\:*?\"<>|".indexOf(character) < 0;
        };
    }

    /** A text from elsewhere, so that it cannot change what a terminal shows; at most 200 characters. */
    static String shown(String text) {
        var shown = new StringBuilder();
        text.codePoints().limit(200).forEach(character -> {
            switch (Character.getType(character)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR -> shown.append("\\u%04x".formatted(character));
                default -> shown.appendCodePoint(character);
            }
        });
        return shown.toString();
    }
}
