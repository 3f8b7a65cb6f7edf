package dev.suffice.models.store;

import dev.suffice.core.SufficeException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** What a hub's status means for whoever asked: a failure with its remedy, or a hiccup. */
final class HubRefusal {
    private final HubSettings settings;

    HubRefusal(HubSettings settings) {
        this.settings = settings;
    }

    /**
     * Lets answers with content pass.
     *
     * @param file that was asked for; empty for the list of files
     * @throws HubHiccup if asking again may help
     * @throws SufficeException if it does not
     */
    void check(HubAnswer answer, HubName name, String file) throws HubHiccup {
        int status = answer.status();
        if (status == 200 || status == 206) {
            return;
        }
        if (status == 408 || status == 429 || status >= 500) {
            throw new HubHiccup("the hub answers " + status, retryAfter(answer), false);
        }
        throw new SufficeException(
                switch (status) {
                    case 401 -> unauthorised(name);
                    case 403 -> forbidden(name);
                    case 404 -> missing(answer, name, file);
                    default ->
                        "model %s: %s answers %d; is the endpoint's address right?"
                                .formatted(name, HubTransport.shown(answer.from()), status);
                });
    }

    private String unauthorised(HubName name) {
        if (settings.token() == null) {
            return "model %s: %s does not show it without a token (401): it is gated or private, or there is no such model; accept its licence at %s and give a token of yours with HF_TOKEN or --token"
                    .formatted(name, settings.endpoint().getHost(), page(name));
        }
        return "model %s: %s does not accept the token (401); check HF_TOKEN or --token, and the model's name"
                .formatted(name, settings.endpoint().getHost());
    }

    private String forbidden(HubName name) {
        return settings.token() == null
                ? "model %s: access is refused (403): it is gated; accept its licence at %s and give a token of yours with HF_TOKEN or --token"
                        .formatted(name, page(name))
                : "model %s: access is refused (403): the token may not read it; accept the model's licence at %s with the token's account, or use a token that may read"
                        .formatted(name, page(name));
    }

    private String missing(HubAnswer answer, HubName name, String file) {
        if (!file.isEmpty()) {
            return "model %s: the hub has no file %s (404)".formatted(name, SafeFileName.shown(file));
        }
        if (answer.hubHeader("X-Error-Code").orElse("").equals("RevisionNotFound")) {
            return "model %s: there is no revision %s (404); its revisions are shown at %s"
                    .formatted(name.repository(), name.revision(), page(name));
        }
        return "model %s: %s has no such model or revision (404)"
                .formatted(name, settings.endpoint().getHost());
    }

    private String page(HubName name) {
        return settings.endpoint() + "/" + name.repository();
    }

    private static Duration retryAfter(HubAnswer answer) {
        var text = answer.header("Retry-After").orElse("").strip();
        if (text.isEmpty()) {
            return Duration.ZERO;
        }
        try {
            if (text.matches("[0-9]{1,9}")) {
                return Duration.ofSeconds(Long.parseLong(text));
            }
            var until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            var time = Duration.between(Instant.now(), until);
            return time.isNegative() ? Duration.ZERO : time;
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }
}
