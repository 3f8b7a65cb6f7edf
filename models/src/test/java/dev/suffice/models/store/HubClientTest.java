package dev.suffice.models.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.Cancellation;
import dev.suffice.core.CancelledException;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.Progress;
import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubClientTest {
    private static final HubName TINY = HubName.of("acme/tiny");
    private static final String WEIGHTS = "model.safetensors";

    @TempDir
    Path folder;

    private final TestHub hub = new TestHub();
    private final List<Duration> pauses = new ArrayList<>();
    private final byte[] weights = new byte[300_000];
    private Duration silence = Duration.ofMinutes(10);
    private int attempts = 4;
    private long usableSpace = Long.MAX_VALUE;

    @BeforeEach
    void fill() {
        new Random(7).nextBytes(weights);
        hub.small.put("config.json", bytes("{\"model_type\":\"tiny\"}"));
        hub.small.put("tokenizer.json", bytes("{}"));
        hub.small.put("README.md", bytes("---\nlicense: apache-2.0\n---\n"));
        hub.small.put(".gitattributes", bytes("x"));
        hub.large.put(WEIGHTS, weights);
        hub.large.put("pytorch_model.bin", bytes("a copy"));
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void fetchesWhatTheModelNeedsOnceAndChecksIt() {
        var pull = pull(TINY);
        assertThat(pull.files()).containsExactlyInAnyOrder("README.md", "config.json", WEIGHTS, "tokenizer.json");
        assertThat(pull.commit()).isEqualTo(TestHub.COMMIT);
        assertThat(pull.path()).isEqualTo(snapshot());
        assertThat(pull.unchecked()).isEmpty();
        assertThat(pull.fetched()).isEqualTo(pull.bytes()).isGreaterThan(weights.length);
        assertThat(snapshot().resolve(WEIGHTS)).hasBinaryContent(weights);
        assertThat(snapshot().resolve("pytorch_model.bin")).doesNotExist();
        assertThat(cache().find(TINY)).contains(snapshot());
        assertThat(partFiles()).isEmpty();

        hub.requests.clear();
        assertThat(pull(TINY).fetched()).isZero();
        assertThat(hub.requests).containsExactly("hub GET /api/models/acme/tiny/revision/main?blobs=true");
    }

    @Test
    void tellsHowFarItIs() {
        var heard = new ArrayList<String>();
        pull(TINY, List.of(), new Cancellation(), (stage, done, total) -> {
            assertThat(done).isBetween(0L, total);
            heard.add("%s %d/%d".formatted(stage, done, total));
        });
        long total = hub.small.entrySet().stream()
                        .filter(file -> !file.getKey().startsWith("."))
                        .mapToLong(file -> file.getValue().length)
                        .sum()
                + weights.length;
        assertThat(heard).contains("fetch tokenizer.json %d/%d".formatted(total - weights.length, total));
        assertThat(heard.getLast()).isEqualTo("fetch %s %d/%d".formatted(WEIGHTS, total, total));
    }

    @Test
    void goesOnWhereTheConnectionBroke() {
        hub.contentTroubles.add(hub.breakAfter(100_000));
        hub.contentTroubles.add(TestHub.status(503));
        pull(TINY);
        assertThat(hub.contentRequests()).hasSize(3);
        assertThat(hub.contentRequests().get(2)).startsWith(WEIGHTS + " bytes=");
        assertThat(snapshot().resolve(WEIGHTS)).hasBinaryContent(weights);
        assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
    }

    @Test
    void goesOnFromAnEarlierProcess() {
        interrupted();
        assertThat(cache().find(TINY)).as("half a model is none").isEmpty();
        assertThat(pull(TINY).fetched()).isLessThan(weights.length);
        assertThat(hub.contentRequests().getLast()).startsWith(WEIGHTS + " bytes=");
        assertThat(snapshot().resolve(WEIGHTS)).hasBinaryContent(weights);
    }

    @Test
    void startsAnewWhereTheServerIgnoresRanges() {
        interrupted();
        hub.knowsRanges = false;
        pull(TINY);
        assertThat(snapshot().resolve(WEIGHTS)).hasBinaryContent(weights);
    }

    @Test
    void startsAnewWhereTheFileHasChanged() {
        interrupted();
        hub.contentTag = "\"second\"";
        hub.commit = "f".repeat(40);
        var changed = weights.clone();
        changed[0]++;
        hub.large.put(WEIGHTS, changed);
        pull(TINY);
        assertThat(hub.contentRequests().getLast()).as("from its first byte").isEqualTo(WEIGHTS);
        assertThat(cache().find(TINY).orElseThrow()).isEqualTo(cache().snapshot(TINY, hub.commit));
        assertThat(cache().snapshot(TINY, hub.commit).resolve(WEIGHTS)).hasBinaryContent(changed);
    }

    @Test
    void aChangedFileIsFoundByItsTagWhereTheListHasNoChecksums() {
        hub.listsChecksums = false;
        interrupted();
        hub.contentTag = "\"second\"";
        var changed = weights.clone();
        changed[0]++;
        hub.large.put(WEIGHTS, changed);
        pull(TINY);
        assertThat(snapshot().resolve(WEIGHTS)).hasBinaryContent(changed);
    }

    @Test
    void aPartOfAnotherFileIsThrownAwayAfterItsChecksum() throws IOException {
        hub.contentTag = null;
        interrupted();
        var part = partFiles().stream()
                .filter(file -> file.toString().endsWith(".part"))
                .findFirst()
                .orElseThrow();
        var wrong = Files.readAllBytes(part);
        wrong[0]++;
        Files.write(part, wrong);
        pull(TINY);
        assertThat(hub.contentRequests().getLast()).isEqualTo(WEIGHTS);
        assertThat(snapshot().resolve(WEIGHTS)).hasBinaryContent(weights);
    }

    @Test
    void aDamagedFileIsRefusedAndNothingOfItStays() {
        var damaged = weights.clone();
        damaged[17]++;
        hub.delivered.put(WEIGHTS, damaged);
        refused(
                "model acme/tiny: model.safetensors hashes to %s: expected sha256:%s; damaged on its way or on the server, pull it again"
                        .formatted(TestHub.sha256(damaged), TestHub.sha256(weights)));
        assertThat(snapshot().resolve(WEIGHTS)).doesNotExist();
        assertThat(partFiles()).isEmpty();
        assertThat(cache().find(TINY)).isEmpty();
    }

    @Test
    void aLongerFileThanDeclaredIsRefused() {
        hub.delivered.put(WEIGHTS, new byte[weights.length + 1]);
        refused(
                "model acme/tiny: model.safetensors comes with 300001 bytes: the hub's list says 300000; pull it again");
        hub.delivered.clear();
        hub.contentTroubles.add(exchange -> {
            exchange.sendResponseHeaders(200, 0); // without a length
            exchange.getResponseBody().write(new byte[weights.length + 1]);
            return true;
        });
        refused("model acme/tiny: model.safetensors does not end after the 300000 bytes that were declared");
        assertThat(snapshot().resolve(WEIGHTS)).doesNotExist();
    }

    @Test
    void checksumsComeWithTheFilesWhereTheListHasNone() {
        hub.listsChecksums = false;
        hub.listsSizes = false;
        assertThat(pull(TINY).unchecked()).isEmpty();
        hub.commit = "f".repeat(40);
        hub.delivered.put(WEIGHTS, new byte[weights.length]);
        assertThatThrownBy(() -> pull(TINY)).hasMessageContaining("model.safetensors hashes to");
    }

    @Test
    void saysWhichFilesNobodyHasChecksumsOf() {
        hub.listsChecksums = false;
        var content = bytes("{}");
        hub.small.clear();
        hub.small.put("config.json", content);
        hub.hubTroubles.add(exchange -> false);
        hub.hubTroubles.add(exchange -> {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
            return true;
        });
        assertThat(pull(TINY).unchecked()).containsExactly("config.json");
    }

    @Test
    void theTokenGoesToTheHubOnly() {
        var settings = hub.settings().withToken("hf_secret");
        try (var client = client(settings)) {
            client.pull(TINY, List.of(), new Cancellation(), Progress.silent());
        }
        assertThat(hub.tokens).hasSize(5).allMatch(each -> each.equals("hub Bearer hf_secret"));
        assertThat(hub.contentRequests()).hasSize(1);
        assertThat(settings.toString()).doesNotContain("hf_secret");
    }

    @Test
    void aGatedModelIsExplained() {
        hub.hubTroubles.add(TestHub.status(401));
        refused(
                "model acme/tiny: localhost does not show it without a token (401): it is gated or private, or there is no such model; accept its licence at %s/acme/tiny and give a token of yours with HF_TOKEN or --token"
                        .formatted(hub.endpoint()));
        hub.hubTroubles.add(TestHub.status(403, "X-Error-Code", "GatedRepo"));
        refused(
                "model acme/tiny: access is refused (403): it is gated; accept its licence at %s/acme/tiny and give a token of yours with HF_TOKEN or --token"
                        .formatted(hub.endpoint()));
        var settings = hub.settings().withToken("hf_secret");
        hub.hubTroubles.add(TestHub.status(401));
        refused(
                settings,
                "model acme/tiny: localhost does not accept the token (401); check HF_TOKEN or --token, and the model's name");
        hub.hubTroubles.add(TestHub.status(403));
        refused(
                settings,
                "model acme/tiny: access is refused (403): the token may not read it; accept the model's licence at %s/acme/tiny with the token's account, or use a token that may read"
                        .formatted(hub.endpoint()));
        assertThat(pauses).as("asking again would not help").isEmpty();
    }

    @Test
    void whatIsNotThereIsSaid() {
        assertThatThrownBy(() -> pull(TINY.withRevision("v9")))
                .hasMessage(
                        "model acme/tiny: there is no revision v9 (404); its revisions are shown at %s/acme/tiny",
                        hub.endpoint());
        hub.hubTroubles.add(TestHub.status(404));
        refused("model acme/tiny: localhost has no such model or revision (404)");
        assertThatThrownBy(() -> pull(TINY.withFile("q.gguf")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("model acme/tiny: no file q.gguf; it has no files");
        hub.hubTroubles.add(TestHub.status(418));
        refused("model acme/tiny: %s/api/models/acme/tiny/revision/main answers 418; is the endpoint's address right?"
                .formatted(hub.endpoint()));
        hub.hubTroubles.add(exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(bytes("hi"));
            return true;
        });
        refused("model acme/tiny: the hub's answer is not a list of files; is the endpoint's address right?");
    }

    @Test
    void waitsAsLongAsTheHubAsks() {
        hub.hubTroubles.add(TestHub.status(429, "Retry-After", "7"));
        hub.hubTroubles.add(TestHub.status(500));
        pull(TINY);
        assertThat(pauses).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(2));
        hub.hubTroubles.add(TestHub.status(429, "Retry-After", "3600"));
        refused("model acme/tiny: the hub answers 429, and is to be asked again in 3600 s; try again then");
    }

    @Test
    void givesUpInTheEnd() {
        for (int i = 0; i < 4; i++) {
            hub.hubTroubles.add(TestHub.status(502));
        }
        refused("model acme/tiny: the hub answers 502; gave up after 4 attempts, try again later");
    }

    @Test
    void aSilentServerIsGivenUpAndAskedAgain() {
        var forever = new CountDownLatch(1);
        hub.contentTroubles.add(exchange -> {
            exchange.sendResponseHeaders(200, weights.length);
            exchange.getResponseBody().write(weights, 0, 1000);
            exchange.getResponseBody().flush();
            await(forever);
            return true;
        });
        silence = Duration.ofMillis(300);
        attempts = 1000; // a busy machine may be silent too
        pull(TINY);
        forever.countDown();
        assertThat(snapshot().resolve(WEIGHTS)).hasBinaryContent(weights);
        assertThat(pauses).isNotEmpty();
    }

    @Test
    void aStopLeavesThePartThatIsGoneOnFrom() throws IOException {
        var cancellation = new Cancellation();
        var forever = new CountDownLatch(1);
        hub.contentTroubles.add(exchange -> {
            exchange.sendResponseHeaders(200, weights.length);
            exchange.getResponseBody().write(weights, 0, 100_000);
            exchange.getResponseBody().flush();
            await(forever);
            return true;
        });
        Progress progress = (stage, done, total) -> {
            if (stage.contains(WEIGHTS) && done > 50_000) {
                cancellation.cancel();
            }
        };
        assertThatThrownBy(() -> pull(TINY, List.of(), cancellation, progress)).isInstanceOf(CancelledException.class);
        forever.countDown();
        assertThat(partFiles())
                .extracting(file -> file.getFileName().toString())
                .containsExactlyInAnyOrder(WEIGHTS + ".part", WEIGHTS + ".part.note");
        assertThat(cache().find(TINY)).isEmpty();
        pull(TINY);
        assertThat(snapshot().resolve(WEIGHTS)).hasBinaryContent(weights);
    }

    @Test
    void hostileNamesAreRefusedBeforeAnythingIsWritten() {
        for (var name : List.of(
                "../../evil.json",
                "/etc/evil.json",
                "a/../../evil.json",
                "..\\evil.json",
                "c:evil.json",
                "a\nb.json",
                "a//b.json")) {
            hub.small.clear();
            hub.small.put(name, bytes("{}"));
            assertThatThrownBy(() -> pull(TINY, List.of("*.json"), new Cancellation(), Progress.silent()))
                    .as(name)
                    .isInstanceOf(SufficeException.class)
                    .hasMessageStartingWith("model acme/tiny: file name ")
                    .hasMessageEndingWith(
                            "must be a path inside its folder, without .., backslash, colon or control characters; nothing is written under that name")
                    .hasMessageNotContaining("\n");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void redirectsAreFollowedWithinBounds() {
        for (int i = 0; i < 11; i++) {
            hub.hubTroubles.add(TestHub.status(302, "Location", "/somewhere"));
        }
        refused("%s/api/models/acme/tiny/revision/main: more than 10 redirects; is the endpoint's address right?"
                .formatted(hub.endpoint()));
        for (var target : List.of("ftp://localhost/x", "file:///etc/passwd", "")) {
            hub.hubTroubles.add(TestHub.status(302, "Location", target));
            refused(
                    "%s/api/models/acme/tiny/revision/main: its redirect is refused: it must lead to an address with http or https"
                            .formatted(hub.endpoint()));
        }
        hub.hubTroubles.add(TestHub.status(307, "Location", "/api/models/acme/tiny/revision/main?blobs=true&again"));
        assertThat(pull(TINY).files()).hasSize(4);
    }

    @Test
    void asksForNoMoreThanTheDiskHas() {
        usableSpace = 1000;
        refused(
                "model acme/tiny: needs 300.1 kB more in %s, where 1.0 kB are free; free space there, or choose another cache with SUFFICE_CACHE"
                        .formatted(cache().folder()));
        assertThat(hub.contentRequests()).isEmpty();
    }

    @Test
    void offlineAnswersFromTheCacheAndAsksNobody() {
        var offline = hub.settings().offlineOnly();
        refused(
                offline,
                "model acme/tiny: not in the cache (%s), and this is offline (--offline, HF_HUB_OFFLINE or SUFFICE_OFFLINE); pull it once with the network"
                        .formatted(cache().folder()));
        assertThat(hub.requests).isEmpty();
        pull(TINY);
        hub.requests.clear();
        try (var client = client(offline)) {
            var pull = client.pull(TINY, List.of(), new Cancellation(), Progress.silent());
            assertThat(pull.path()).isEqualTo(snapshot());
            assertThat(pull.fetched()).isZero();
        }
        assertThat(hub.requests).isEmpty();
    }

    @Test
    void twoAtATimeWaitForEachOther() {
        Executor threads = task -> Thread.ofVirtual().start(task);
        var first = CompletableFuture.supplyAsync(() -> pull(TINY), threads);
        var second = CompletableFuture.supplyAsync(() -> pull(TINY), threads);
        assertThat(first.join().fetched() + second.join().fetched())
                .isEqualTo(first.join().bytes());
        assertThat(hub.contentRequests()).hasSize(1);
        assertThat(snapshot().resolve(WEIGHTS)).hasBinaryContent(weights);
    }

    /** A pull that comes as far as a part of the weights, and gives up. */
    private void interrupted() {
        hub.contentTroubles.add(hub.breakAfter(100_000));
        for (int i = 0; i < 3; i++) {
            hub.contentTroubles.add(TestHub.status(503));
        }
        assertThatThrownBy(() -> pull(TINY)).hasMessageContaining("gave up after 4 attempts");
        assertThat(partFiles()).isNotEmpty();
    }

    private void refused(String message) {
        refused(hub.settings(), message);
    }

    private void refused(HubSettings settings, String message) {
        try (var client = client(settings)) {
            assertThatThrownBy(() -> client.pull(TINY, List.of(), new Cancellation(), Progress.silent()))
                    .isInstanceOf(SufficeException.class)
                    .hasMessage(message);
        }
    }

    private HubPull pull(HubName name) {
        return pull(name, List.of(), new Cancellation(), Progress.silent());
    }

    private HubPull pull(HubName name, List<String> includes, Cancellation cancellation, Progress progress) {
        try (var client = client(hub.settings())) {
            return client.pull(name, includes, cancellation, progress);
        }
    }

    private HubClient client(HubSettings settings) {
        var minute = Duration.ofMinutes(10);
        var patience = new HubPatience(
                minute,
                minute,
                silence,
                attempts,
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                (time, stop) -> pauses.add(time));
        return new HubClient(settings, cache(), patience, any -> usableSpace);
    }

    private HubCache cache() {
        return new HubCache(folder.resolve("hub"));
    }

    private Path snapshot() {
        return cache().snapshot(TINY, TestHub.COMMIT);
    }

    private List<Path> partFiles() {
        var partial = folder.resolve("hub/acme--tiny/partial");
        if (!Files.isDirectory(partial)) {
            return List.of();
        }
        try (var files = Files.walk(partial)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
