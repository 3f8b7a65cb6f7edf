package dev.suffice.models.store;

import dev.suffice.core.Cancellation;
import dev.suffice.core.CancelledException;
import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;

/**
 * GET requests to a hub. Follows redirects itself, for the token goes to the hub's own host only, and no redirect may leave https.
 * Thread-safe.
 */
final class HubTransport implements AutoCloseable {
    private static final int MOST_REDIRECTS = 10;

    private final HubSettings settings;
    private final HubPatience patience;
    private final HttpClient client;

    HubTransport(HubSettings settings, HubPatience patience) {
        this.settings = settings;
        this.patience = patience;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(patience.connect())
                .build();
    }

    /**
     * One request, with its redirects.
     *
     * @return the answer, whatever its status; to be closed
     * @throws HubHiccup if the network fails in a way that may pass
     * @throws SufficeException if the host is not known, or a redirect is refused
     * @throws CancelledException if that was requested
     */
    HubAnswer get(URI address, Map<String, String> headers, Cancellation cancellation) throws HubHiccup {
        var own = new ArrayList<HttpHeaders>();
        var at = address;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            var response = send(at, headers, cancellation);
            if (settings.ownHost(at)) {
                own.add(response.headers());
            }
            if (!isRedirect(response.statusCode())) {
                var body = new WatchedBody(response.body(), patience.silence(), cancellation);
                return new HubAnswer(response.statusCode(), at, response.headers(), List.copyOf(own), body);
            }
            discard(response.body());
            at = target(at, response.headers());
        }
        throw new SufficeException("%s: more than %d redirects; is the endpoint's address right?"
                .formatted(shown(address), MOST_REDIRECTS));
    }

    private HttpResponse<InputStream> send(URI address, Map<String, String> headers, Cancellation cancellation)
            throws HubHiccup {
        var request = HttpRequest.newBuilder(address)
                .timeout(patience.answer())
                .header("User-Agent", "suffice")
                .header("Accept-Encoding", "identity");
        headers.forEach(request::header);
        var token = settings.token();
        if (token != null && settings.ownHost(address)) {
            request.header("Authorization", "Bearer " + token);
        }
        // not sendAsync, which ends in the common pool: that may be what is waiting here
        var pending = new FutureTask<>(() -> client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
        Thread.ofVirtual().name("hub-request").start(pending);
        try {
            return wait(pending, cancellation);
        } catch (ExecutionException e) {
            throw failure(address, e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException();
        } finally {
            pending.cancel(true); // nothing happens where it is complete
        }
    }

    private static HttpResponse<InputStream> wait(Future<HttpResponse<InputStream>> pending, Cancellation cancellation)
            throws ExecutionException, InterruptedException {
        while (true) {
            cancellation.check();
            try {
                return pending.get(50, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // not yet: look whether a stop was requested, and wait on
            }
        }
    }

    private static HubHiccup failure(URI address, Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof UnresolvedAddressException) {
                throw new SufficeException(
                        "%s: no such host, or no network; check the endpoint (HF_ENDPOINT) and the connection, or work --offline with what is in the cache"
                                .formatted(address.getHost()),
                        cause);
            }
            if (each instanceof SSLHandshakeException) {
                throw new SufficeException(
                        "%s: no secure connection (%s); behind a proxy with a certificate of its own, give Java its trust store in SUFFICE_JAVA_OPTS"
                                .formatted(address.getHost(), each.getMessage()),
                        cause);
            }
        }
        var what = cause instanceof HttpTimeoutException ? "no answer in time" : "the connection fails";
        return new HubHiccup("%s (%s)".formatted(what, reason(cause)), cause);
    }

    /** What went wrong, where the exception has no words. */
    static String reason(Throwable failure) {
        var message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : SafeFileName.shown(message);
    }

    /** Where a redirect leads; one that leaves https, or the web, is refused. */
    static URI target(URI from, HttpHeaders headers) {
        var location = headers.firstValue("Location").orElse("");
        try {
            var target = from.resolve(location);
            var downgrade = "https".equals(from.getScheme()) && !"https".equals(target.getScheme());
            var web = "https".equals(target.getScheme()) || "http".equals(target.getScheme());
            if (!location.isEmpty() && web && !downgrade && target.getHost() != null && target.getUserInfo() == null) {
                return target;
            }
            throw new SufficeException("%s: its redirect is refused: it must lead to an address with %s"
                    .formatted(shown(from), "https".equals(from.getScheme()) ? "https" : "http or https"));
        } catch (IllegalArgumentException e) {
            throw new SufficeException("%s: its redirect is refused: not an address".formatted(shown(from)), e);
        }
    }

    /** An address without its query, which may hold a signature. */
    static String shown(URI address) {
        return SafeFileName.shown("%s://%s%s"
                .formatted(
                        address.getScheme(),
                        address.getRawAuthority(),
                        address.getRawPath() == null ? "" : address.getRawPath()));
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    private static void discard(InputStream body) throws HubHiccup {
        try {
            body.close();
        } catch (IOException e) {
            throw new HubHiccup("the connection fails (%s)".formatted(reason(e)), e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
