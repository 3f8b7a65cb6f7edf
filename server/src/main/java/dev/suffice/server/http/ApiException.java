package dev.suffice.server.http;

import java.util.Map;
import java.util.Optional;

/** A request that is answered with an error, in the shape of OpenAI's API. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of error, in OpenAI's words. */
    public enum Type {
        /** The request is wrong. */
        INVALID_REQUEST("invalid_request_error"),
        /** The key is wrong or missing. */
        AUTHENTICATION("authentication_error"),
        /** The request is not for this server or this page. */
        PERMISSION("permission_error"),
        /** What it names is not there. */
        NOT_FOUND("not_found_error"),
        /** There is too much to do. */
        RATE_LIMIT("rate_limit_error"),
        /** The fault is the server's. */
        SERVER("server_error");

        private final String label;

        Type(String label) {
            this.label = label;
        }

        /** The word in the answer. */
        public String label() {
            return label;
        }
    }

    private final int status;
    private final Type type;
    private final transient Optional<String> param;
    private final String code;
    private final transient Map<String, String> headers;

    private ApiException(
            int status, Type type, String message, Optional<String> param, String code, Map<String, String> headers) {
        super(message, null, false, false);
        this.status = status;
        this.type = type;
        this.param = param;
        this.code = code;
        this.headers = headers;
    }

    /** An error without a field that it is about. */
    public static ApiException of(int status, Type type, String code, String message) {
        return new ApiException(status, type, message, Optional.empty(), code, Map.of());
    }

    /** A field of the request that is wrong: 400. */
    public static ApiException invalid(String param, String code, String message) {
        return new ApiException(400, Type.INVALID_REQUEST, message, Optional.of(param), code, Map.of());
    }

    /** Something that is not there: 404. */
    public static ApiException notFound(String message) {
        return of(404, Type.NOT_FOUND, "not_found", message);
    }

    /** The same with a header in the answer. */
    public ApiException withHeader(String name, String value) {
        return new ApiException(status, type, String.valueOf(getMessage()), param, code, Map.of(name, value));
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** Further headers of the answer. */
    public Map<String, String> headers() {
        return headers;
    }

    /** The answer. */
    public Reply reply() {
        var node = Json.object();
        node.set("error", error(String.valueOf(getMessage()), type, param, code));
        return new Reply.Whole(status, Json.TYPE, Json.bytes(node), headers);
    }

    /** The error object itself, as it also stands in jobs. */
    public static tools.jackson.databind.node.ObjectNode error(
            String message, Type type, Optional<String> param, String code) {
        var error = Json.object().put("message", message).put("type", type.label());
        param.ifPresentOrElse(name -> error.put("param", name), () -> error.putNull("param"));
        return error.put("code", code);
    }
}
