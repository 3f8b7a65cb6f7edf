package dev.suffice.server.http;

/**
 * What answers a method on a path.
 *
 * @param method e.g. {@code GET}; HEAD goes where GET goes
 * @param template e.g. {@code /v1/images/{id}}
 * @param access who may call it
 * @param handler answers
 */
public record Route(String method, String template, Access access, Handler handler) {
    /** Who may call a route. */
    public enum Access {
        /** Everybody: the page itself, and whether the server is up. */
        OPEN,
        /** Who has the key, where there is one. */
        KEY
    }

    /** Answers a request. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Answers.
         *
         * @throws ApiException if the request is wrong
         */
        Reply handle(Call call);
    }

    /** A route that needs the key. */
    public static Route of(String method, String template, Handler handler) {
        return new Route(method, template, Access.KEY, handler);
    }

    /** A route for everybody. */
    public static Route open(String method, String template, Handler handler) {
        return new Route(method, template, Access.OPEN, handler);
    }
}
