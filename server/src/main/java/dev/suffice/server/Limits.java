package dev.suffice.server;

import dev.suffice.core.InvalidRequestException;
import java.time.Duration;

/**
 * What one client may ask for, so that no request can take the server from the others.
 *
 * @param bodyBytes largest body of a request
 * @param bodyTime time that a body may take to arrive
 * @param idleTime time that a connection may stay silent between or within requests
 * @param connections open connections at once
 * @param promptCharacters of prompt and negative prompt, each
 * @param images of one request
 * @param side pixels of width and height, each
 * @param steps of one run
 * @param syncTime time that a synchronous request waits before it is answered with its job
 */
public record Limits(
        int bodyBytes,
        Duration bodyTime,
        Duration idleTime,
        int connections,
        int promptCharacters,
        int images,
        int side,
        int steps,
        Duration syncTime) {
    /** Checks the ranges. */
    public Limits {
        within("body limit in bytes", bodyBytes, 1024, 1 << 26);
        within("connections", connections, 4, 65_536);
        within("prompt limit in characters", promptCharacters, 1, 10_000);
        within("images of one request", images, 1, 64);
        within("largest side in pixels", side, 8, 8192);
        within("steps limit", steps, 1, 1000);
    }

    /** 64 KiB in 20 s, 4000 characters, 10 images, 1024 pixels, 250 steps, 10 minutes. */
    public static Limits defaults() {
        return new Limits(
                64 * 1024,
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                512,
                4000,
                10,
                1024,
                250,
                Duration.ofMinutes(10));
    }

    /** With another largest side. */
    public Limits withSide(int pixels) {
        return new Limits(
                bodyBytes, bodyTime, idleTime, connections, promptCharacters, images, pixels, steps, syncTime);
    }

    /** With another number of steps. */
    public Limits withSteps(int count) {
        return new Limits(bodyBytes, bodyTime, idleTime, connections, promptCharacters, images, side, count, syncTime);
    }

    /** With another number of images of one request. */
    public Limits withImages(int count) {
        return new Limits(bodyBytes, bodyTime, idleTime, connections, promptCharacters, count, side, steps, syncTime);
    }

    /** With other times for a body and for silence. */
    public Limits withTimes(Duration body, Duration idle) {
        return new Limits(bodyBytes, body, idle, connections, promptCharacters, images, side, steps, syncTime);
    }

    /** With another time that a synchronous request waits. */
    public Limits withSyncTime(Duration time) {
        return new Limits(bodyBytes, bodyTime, idleTime, connections, promptCharacters, images, side, steps, time);
    }

    static void within(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidRequestException("%s %d: must be between %d and %d".formatted(name, value, least, most));
        }
    }
}
