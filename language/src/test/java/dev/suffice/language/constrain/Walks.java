package dev.suffice.language.constrain;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Random;

/** Ways through a constraint, byte by byte. */
final class Walks {
    private static final String ENDING = "\"}]";

    private Walks() {}

    /** How many bytes of a text are allowed one after the other. */
    static int allowed(Constraint constraint, byte[] text) {
        var state = constraint.start();
        for (int i = 0; i < text.length; i++) {
            var one = new byte[] {text[i]};
            if (!state.allows(one)) {
                return i;
            }
            state.advance(one);
        }
        return text.length;
    }

    static boolean accepts(Constraint constraint, byte[] text) {
        var state = constraint.start();
        if (!state.allows(text)) {
            return false;
        }
        state.advance(text);
        return state.mayEnd();
    }

    static boolean accepts(Constraint constraint, String text) {
        return accepts(constraint, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Random bytes that are allowed, up to an end; brackets and quotes are closed more readily the longer the text. */
    static Optional<String> random(Constraint constraint, Random random, int most) {
        var state = constraint.start();
        var text = new ByteArrayOutputStream();
        while (text.size() < most) {
            if (state.mayEnd() && (state.mustEnd() || random.nextInt(4) == 0)) {
                return Optional.of(text.toString(StandardCharsets.UTF_8));
            }
            var possible = new ArrayList<Byte>();
            for (int b = 0; b < 256; b++) {
                if (state.allows(new byte[] {(byte) b})) {
                    possible.add((byte) b);
                    if (ENDING.indexOf(b) >= 0 && random.nextInt(most) < text.size() + most / 8) {
                        possible.clear();
                        possible.add((byte) b);
                        break;
                    }
                }
            }
            byte next = possible.get(random.nextInt(possible.size()));
            state.advance(new byte[] {next});
            text.write(next);
        }
        return Optional.empty();
    }
}
