package dev.suffice.server.api;

import dev.suffice.server.http.ApiException;
import dev.suffice.server.http.Call;
import dev.suffice.server.http.Fields;
import dev.suffice.server.http.Guard;
import dev.suffice.server.http.Key;
import dev.suffice.server.http.Reply;
import dev.suffice.server.http.Route;
import java.util.List;

/** Sessions of the page: it shows the key once and gets a cookie, which pictures and event streams carry by themselves. */
public final class SessionRoutes {
    private static final int MAX_KEY = 1000;

    private final Guard guard;

    /** With that guard's key. */
    public SessionRoutes(Guard guard) {
        this.guard = guard;
    }

    /** The routes. */
    public List<Route> routes() {
        return List.of(
                Route.open("POST", "/v1/session", this::begin),
                Route.open(
                        "DELETE", "/v1/session", call -> Reply.empty(204).withHeader("Set-Cookie", Key.endSession())));
    }

    private Reply begin(Call call) {
        var fields = Fields.of(call, List.of("api_key"));
        var given = fields.text("api_key", MAX_KEY)
                .orElseThrow(() -> ApiException.invalid(
                        "api_key",
                        "missing_field",
                        "api_key: is missing; it is the one that the server was started with"));
        var key = guard.key();
        if (key.isEmpty()) {
            return Reply.empty(204);
        }
        if (!key.get().fits(given)) {
            throw Guard.unauthorized("wrong API key: it is the one that the server was started with");
        }
        return Reply.empty(204).withHeader("Set-Cookie", key.get().beginSession());
    }
}
