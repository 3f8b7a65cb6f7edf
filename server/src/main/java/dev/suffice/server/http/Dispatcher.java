package dev.suffice.server.http;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import java.util.Map;
import java.util.function.BiConsumer;

/** From a request to its answer: guard, route, handler, and whatever goes wrong as an error that explains itself. */
public final class Dispatcher {
    private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());

    private final Router router;
    private final Guard guard;

    /** Over those routes. */
    public Dispatcher(Router router, Guard guard) {
        this.router = router;
        this.guard = guard;
    }

    /**
     * Answers a request; never throws.
     *
     * @param answered hears the template of the route that answered (or {@code none}) and the status
     */
    public Reply answer(Call call, BiConsumer<String, Integer> answered) {
        var template = "none";
        Reply reply;
        try {
            guard.admit(call);
            var preflight = guard.preflight(call);
            if (preflight.isPresent()) {
                reply = preflight.get();
            } else {
                var match = router.match(call.method(), call.path());
                template = match.route().template();
                guard.authorize(call, match.route());
                reply = match.route().handler().handle(call.with(match.variables()));
            }
        } catch (ApiException e) {
            reply = e.reply();
        } catch (InvalidRequestException e) {
            reply = ApiException.of(
                            400, ApiException.Type.INVALID_REQUEST, "invalid_value", String.valueOf(e.getMessage()))
                    .reply();
        } catch (SufficeException e) {
            LOG.log(System.Logger.Level.WARNING, "%s %s".formatted(call.method(), call.path()), e);
            reply = serverError(String.valueOf(e.getMessage()));
        } catch (RuntimeException | StackOverflowError e) {
            LOG.log(System.Logger.Level.ERROR, "%s %s".formatted(call.method(), call.path()), e);
            reply = serverError("unexpected failure; the server's log says more");
        } catch (OutOfMemoryError e) {
            LOG.log(System.Logger.Level.ERROR, "%s %s".formatted(call.method(), call.path()), e);
            reply = serverError("not enough memory for this; ask for something smaller");
        }
        answered.accept(template, reply.status());
        for (var header : guard.corsHeaders(call).entrySet()) {
            reply = reply.withHeader(header.getKey(), header.getValue());
        }
        return withSecurity(reply);
    }

    private static Reply serverError(String message) {
        return ApiException.of(500, ApiException.Type.SERVER, "server_error", message)
                .reply();
    }

    /** Headers of every answer that does not set its own. */
    static Reply withSecurity(Reply reply) {
        var secured = reply;
        for (var header : SECURITY.entrySet()) {
            if (!secured.headers().containsKey(header.getKey())) {
                secured = secured.withHeader(header.getKey(), header.getValue());
            }
        }
        return secured;
    }

    static final Map<String, String> SECURITY = Map.of(
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "X-Frame-Options", "SAMEORIGIN",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
            "Cache-Control", "no-store");

    /** What is told of a request that the web server itself refuses. */
    static Reply refused(int status, String message) {
        var type = status >= 500 ? ApiException.Type.SERVER : ApiException.Type.INVALID_REQUEST;
        var told = status >= 500 ? "unexpected failure; the server's log says more" : message;
        return withSecurity(ApiException.of(status, type, status == 413 ? "body_too_large" : "malformed_request", told)
                .reply());
    }
}
