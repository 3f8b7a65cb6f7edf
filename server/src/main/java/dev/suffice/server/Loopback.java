package dev.suffice.server;

import java.util.Locale;

/** Names of this machine that nobody else can reach. */
final class Loopback {
    private Loopback() {}

    static boolean is(String host) {
        var name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.equals("::1")
                || name.equals("[::1]")
                || name.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }
}
