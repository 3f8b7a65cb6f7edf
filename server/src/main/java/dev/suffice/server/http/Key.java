package dev.suffice.server.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The API key, and sessions of browsers that have shown it: an image or a stream of events cannot carry a header, but a cookie.
 * Sessions end with the process. Thread-safe.
 */
public final class Key {
    private static final String COOKIE = "suffice_session";
    private static final Duration SESSION = Duration.ofHours(12);
    private static final String HMAC = "HmacSHA256";

    private final byte[] digest;
    private final SecretKeySpec secret;
    private final Clock clock;

    /** The key that clients must present. */
    public Key(String key, Clock clock) {
        this.digest = sha256(key);
        var random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.secret = new SecretKeySpec(random, HMAC);
        this.clock = clock;
    }

    /** Whether that is the key; takes as long for a wrong one as for the right one. */
    public boolean fits(String given) {
        return MessageDigest.isEqual(digest, sha256(given));
    }

    /** The value of {@code Set-Cookie} that begins a session. */
    public String beginSession() {
        var end = Long.toString(clock.instant().plus(SESSION).getEpochSecond());
        return "%s=%s.%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict"
                .formatted(COOKIE, end, sign(end), SESSION.toSeconds());
    }

    /** The value of {@code Set-Cookie} that ends a session. */
    public static String endSession() {
        return COOKIE + "=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict";
    }

    boolean hasSession(Call call) {
        return cookie(call.header("cookie").orElse("")).map(this::valid).orElse(false);
    }

    private boolean valid(String session) {
        var dot = session.indexOf('.');
        if (dot < 1 || dot > 12 || !session.substring(0, dot).matches("[0-9]+")) {
            return false;
        }
        var end = session.substring(0, dot);
        var right = MessageDigest.isEqual(
                sign(end).getBytes(StandardCharsets.UTF_8),
                session.substring(dot + 1).getBytes(StandardCharsets.UTF_8));
        return right && clock.instant().getEpochSecond() < Long.parseLong(end);
    }

    private static Optional<String> cookie(String header) {
        for (var part : header.split(";", -1)) {
            var pair = part.strip();
            if (pair.startsWith(COOKIE + "=")) {
                return Optional.of(pair.substring(COOKIE.length() + 1));
            }
        }
        return Optional.empty();
    }

    private String sign(String end) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(secret);
            return HexFormat.of().formatHex(mac.doFinal(end.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
