package dev.suffice.language.constrain;

import org.jspecify.annotations.Nullable;

/** Where to go on when a rule is over, and what lies below; null is the bottom. Immutable, shared by all that came through it. */
final class Frame {
    private final int state;
    private final @Nullable Frame below;
    private final int hash;

    Frame(int state, @Nullable Frame below) {
        this.state = state;
        this.below = below;
        this.hash = 31 * (below == null ? 17 : below.hash) + state;
    }

    int state() {
        return state;
    }

    @Nullable
    Frame below() {
        return below;
    }

    static boolean same(@Nullable Frame a, @Nullable Frame b) {
        var s = a;
        var t = b;
        while (s != t) {
            if (s == null || t == null || s.hash != t.hash || s.state != t.state) {
                return false;
            }
            s = s.below;
            t = t.below;
        }
        return true;
    }

    static int hash(@Nullable Frame frame) {
        return frame == null ? 0 : frame.hash;
    }
}
