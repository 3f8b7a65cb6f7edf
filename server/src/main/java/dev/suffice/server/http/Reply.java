package dev.suffice.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The answer to a request. */
public sealed interface Reply {
    /** The HTTP status. */
    int status();

    /** Headers beyond those that every answer has. */
    Map<String, String> headers();

    /** The same with one more header. */
    Reply withHeader(String name, String value);

    /**
     * An answer in one piece.
     *
     * @param status HTTP status
     * @param type media type; empty where there is no body
     * @param body its bytes
     * @param headers further headers
     */
    @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
    record Whole(int status, String type, byte[] body, Map<String, String> headers) implements Reply {
        @Override
        public Reply withHeader(String name, String value) {
            return new Whole(status, type, body, with(headers, name, value));
        }
    }

    /**
     * An answer that is written while it comes about.
     *
     * @param status HTTP status
     * @param type media type
     * @param writer writes it
     * @param headers further headers
     */
    record Stream(int status, String type, Writer writer, Map<String, String> headers) implements Reply {
        @Override
        public Reply withHeader(String name, String value) {
            return new Stream(status, type, writer, with(headers, name, value));
        }
    }

    /** Writes a streamed answer. */
    @FunctionalInterface
    interface Writer {
        /** Writes all of it; an exception means that the client went away. */
        void write(OutputStream out) throws IOException;
    }

    /** JSON with that status. */
    static Reply json(int status, JsonNode node) {
        return new Whole(status, Json.TYPE, Json.bytes(node), Map.of());
    }

    /** Bytes of a media type, status 200. */
    static Reply bytes(String type, byte[] body) {
        return new Whole(200, type, body, Map.of());
    }

    /** Nothing, with that status. */
    static Reply empty(int status) {
        return new Whole(status, "", new byte[0], Map.of());
    }

    private static Map<String, String> with(Map<String, String> headers, String name, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return more;
    }
}
