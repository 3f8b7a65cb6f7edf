package dev.suffice.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The Studio in a real browser, with the bundled model. */
@ExtendWith(Chromium.class)
class StudioPageTest {
    private static final LocatorAssertions.IsVisibleOptions PATIENT =
            new LocatorAssertions.IsVisibleOptions().setTimeout(120_000);

    @TempDir
    static Path folder;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.places(folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** A page of the Studio, and what it did that it should not. */
    private record Visit(BrowserContext context, Page page, List<String> complaints, List<String> requests)
            implements AutoCloseable {
        static Visit of(Browser browser, int width, int height) {
            var context = browser.newContext(new Browser.NewContextOptions()
                    .setViewportSize(width, height)
                    .setReducedMotion(ReducedMotion.REDUCE));
            var page = context.newPage();
            var complaints = new ArrayList<String>();
            var requests = new ArrayList<String>();
            page.onConsoleMessage(message -> {
                if (message.type().equals("error") || message.type().equals("warning")) {
                    complaints.add(message.text());
                }
            });
            page.onPageError(complaints::add);
            context.onRequest(request -> requests.add(request.url()));
            page.navigate(server.server.page().toString());
            assertThat(page.locator("#examples button").first()).isVisible();
            return new Visit(context, page, complaints, requests);
        }

        void keep(String name) {
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/screenshots/%s.png".formatted(name))));
        }

        void keepWhole(String name) {
            page.screenshot(new Page.ScreenshotOptions()
                    .setFullPage(true)
                    .setPath(Path.of("target/screenshots/%s.png".formatted(name))));
        }

        /** That answer was wanted; the browser complains of it all the same. */
        void tolerates(String status) {
            complaints.removeIf(text -> text.contains("status of " + status));
        }

        /** Nothing went wrong, and nothing was asked of anybody else. */
        void blameless() {
            assertThat(complaints)
                    .filteredOn(text -> !text.contains("GPU stall"))
                    .isEmpty();
            assertThat(requests)
                    .allMatch(url -> url.startsWith(server.server.page().toString())
                            || url.startsWith("blob:")
                            || url.startsWith("data:"));
        }

        @Override
        public void close() {
            context.close();
        }
    }

    @Test
    void fromAPromptToAGlbFile(Browser browser) throws Exception {
        try (var visit = Visit.of(browser, 1280, 900)) {
            var page = visit.page();
            assertThat(page.locator("#recommended")).hasText("25 steps recommended by the model card");
            visit.keep("studio-empty");
            page.fill("#prompt", "360 view of a snowy valley with a lake");
            page.locator("#panorama").check();
            page.click("#more");
            page.fill("#seed", "7");
            page.uncheck("#steps-auto");
            page.fill("#steps", "40");
            visit.keep("studio-options");
            page.focus("#prompt");
            page.keyboard().press("Enter");
            assertThat(page.locator("#stage .depth-image").first()).isVisible(PATIENT);
            visit.keep("studio-forming");
            assertThat(page.locator("#detail .viewport.shown")).isVisible(PATIENT);
            assertThat(page.locator("#detail .saved-share")).hasText(Pattern.compile("[1-9][0-9]% of the computation"));
            assertThat(page.locator("#cards a[aria-current]")).hasCount(1);
            page.frameLocator("#detail iframe")
                    .locator("html[data-state=ready]")
                    .waitFor(new com.microsoft.playwright.Locator.WaitForOptions()
                            .setState(com.microsoft.playwright.options.WaitForSelectorState.ATTACHED)
                            .setTimeout(120_000));
            page.waitForTimeout(1500);
            visit.keepWhole("studio-picture");
            var download = page.waitForDownload(() -> page.click("#detail .downloads a:has-text('glb')"));
            assertThat(download.suggestedFilename()).endsWith(".glb");
            assertThat(Files.readAllBytes(download.path())).startsWith('g', 'l', 'T', 'F');
            visit.blameless();
        }
    }

    @Test
    void theGalleryIsForKeyboardsToo(Browser browser) {
        var older = made("desert dunes under a blue sky", false);
        var newer = made("360 view of green hills at sunset", true);
        try (var visit = Visit.of(browser, 1280, 900)) {
            var page = visit.page();
            assertThat(page.locator("[data-id='%s'] a".formatted(newer))).isVisible();
            page.locator("[data-id='%s'] a".formatted(newer)).focus();
            assertThat(page.locator("[data-id='%s'] .depth-image".formatted(newer)))
                    .hasCSS("opacity", "1");
            assertThat(page.locator("[data-id='%s'] .depth-image[src^='data:image/png']".formatted(newer)))
                    .hasCount(1);
            visit.keep("studio-gallery");
            page.keyboard().press("Enter");
            assertThat(page.locator("#detail-title")).hasText("360 view of green hills at sunset");
            page.keyboard().press("ArrowRight");
            assertThat(page.locator("#detail-title")).hasText("desert dunes under a blue sky");
            assertThat(page.locator("[data-id='%s'] a".formatted(older))).hasAttribute("aria-current", "true");
            page.click("#again");
            assertThat(page.locator("#prompt")).hasValue("desert dunes under a blue sky");
            assertThat(page.locator("#steps")).hasValue("4");
            assertThat(page.locator("#seed")).hasValue("3");
            assertThat(page.locator("#recommended")).hasText("4 steps, as you say");
            page.locator("#detail [aria-label='Delete']").click();
            page.locator("#detail [aria-label='Really delete?']").click();
            assertThat(page.locator("[data-id='%s']".formatted(older))).hasCount(0);
            assertThat(page.locator("#detail")).isHidden();
            page.goBack(); // to an address whose picture is gone
            assertThat(page.locator("#detail")).isHidden();
            visit.tolerates("404");
            visit.blameless();
        }
    }

    @Test
    void aRunCanBeCancelledAndFoundAgain(Browser browser) {
        try (var visit = Visit.of(browser, 1280, 900)) {
            var page = visit.page();
            page.fill("#prompt", "a cosy bedroom");
            page.click("#more");
            page.uncheck("#steps-auto");
            page.fill("#steps", "250");
            page.fill("#count", "4");
            page.click("#go");
            assertThat(page.locator("#stage .depth-image").nth(3)).isVisible(PATIENT);
            visit.keep("studio-many");
            page.reload();
            assertThat(page.locator("#stage-title")).hasText("a cosy bedroom");
            page.click("#stage >> text=Cancel");
            assertThat(page.locator("#stage")).isHidden(new LocatorAssertions.IsHiddenOptions().setTimeout(60_000));
            assertThat(page.locator("#announcer")).hasText("Cancelled. Nothing was kept.");
            assertThat(page.locator("#go")).isEnabled();
            visit.blameless();
        }
    }

    @Test
    void saysWhatIsWrongBesideWhatIsWrong(Browser browser) {
        try (var visit = Visit.of(browser, 1280, 900)) {
            var page = visit.page();
            page.click("#go");
            assertThat(page.locator("#problem")).hasText("Say what the picture shows.");
            page.fill("#prompt", "x");
            page.click("#more");
            page.uncheck("#steps-auto");
            page.fill("#steps", "0.5");
            page.click("#go");
            assertThat(page.locator("#problem")).hasText("Steps 0.5: must be a whole number between 1 and 1000.");
            assertThat(page.locator("#steps")).isFocused();
            assertThat(page.locator("#steps")).hasAttribute("aria-invalid", "true");
            visit.keep("studio-problem");
            visit.tolerates("400");
            visit.blameless();
        }
    }

    @Test
    void countsDownWhileTheQueueIsFull(Browser browser) {
        try (var visit = Visit.of(browser, 1280, 900)) {
            var page = visit.page();
            var refusals = new java.util.concurrent.atomic.AtomicInteger();
            page.route("**/v1/jobs", route -> {
                if (route.request().method().equals("POST") && refusals.incrementAndGet() == 1) {
                    route.fulfill(
                            new com.microsoft.playwright.Route.FulfillOptions()
                                    .setStatus(429)
                                    .setContentType("application/json")
                                    .setHeaders(
                                            java.util.Map.of("Retry-After", "2", "Content-Type", "application/json"))
                                    .setBody(
                                            "{\"error\": {\"message\": \"queue: full\", \"code\": \"queue_full\", \"param\": null}}"));
                } else {
                    route.resume();
                }
            });
            page.fill("#prompt", "green hills");
            page.click("#go");
            assertThat(page.locator("#problem")).hasText("The queue is full. Trying again in 2 s.");
            assertThat(page.locator("#problem")).hasText("The queue is full. Trying again in 1 s.");
            assertThat(page.locator("#detail-title"))
                    .hasText("green hills", new LocatorAssertions.HasTextOptions().setTimeout(120_000));
            assertThat(refusals.get()).isEqualTo(2);
            visit.tolerates("429");
            visit.blameless();
        }
    }

    @Test
    void goesOnWhenTheServerComesBack(Browser browser) {
        try (var visit = Visit.of(browser, 1280, 900)) {
            var page = visit.page();
            page.route("**/*", com.microsoft.playwright.Route::abort);
            assertThat(page.locator("#gone")).isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(30_000));
            page.fill("#prompt", "green hills");
            page.click("#go");
            assertThat(page.locator("#problem"))
                    .hasText("The server does not answer. Is ./suffice serve still running?");
            visit.keep("studio-gone");
            page.unroute("**/*");
            assertThat(page.locator("#gone")).isHidden(new LocatorAssertions.IsHiddenOptions().setTimeout(30_000));
        }
    }

    @Test
    void fitsAPhone(Browser browser) {
        made("a red sofa in a bright living room", false);
        try (var visit = Visit.of(browser, 390, 844)) {
            var page = visit.page();
            page.click("#more");
            visit.keep("studio-phone");
            page.locator("#cards a").first().click();
            assertThat(page.locator("#detail .viewport.shown")).isVisible(PATIENT);
            page.waitForTimeout(1000);
            visit.keepWhole("studio-phone-picture");
            assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                    .as("nothing sticks out at the side")
                    .isTrue();
            visit.blameless();
        }
    }

    @Test
    void asksForTheKeyOnce(Browser browser, @TempDir Path gallery) {
        var key = "correct-horse-battery";
        try (var locked = TestServer.tiny(gallery, s -> s.withHost("127.0.0.1", java.util.Optional.of(key)));
                var context = browser.newContext()) {
            var page = context.newPage();
            page.navigate(locked.server.page().toString());
            assertThat(page.locator("#key")).isVisible();
            page.fill("#key-input", "wrong");
            page.keyboard().press("Enter");
            assertThat(page.locator("#key-problem")).hasText("That is not the key.");
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/screenshots/studio-key.png")));
            page.fill("#key-input", key);
            page.keyboard().press("Enter");
            assertThat(page.locator("#examples button").first()).isVisible();
            page.fill("#prompt", "a place");
            page.keyboard().press("Enter");
            assertThat(page.locator("#detail .viewport.shown")).isVisible(PATIENT);
            page.reload();
            assertThat(page.locator("#cards .card")).hasCount(1);
            assertThat(page.locator("#key")).isHidden();
        }
    }

    @Test
    void theReferenceShowsEveryRoute(Browser browser) {
        try (var visit = Visit.of(browser, 1280, 900)) {
            var page = visit.page();
            page.click("#docs");
            assertThat(page.locator("h3").first()).hasText("POST/v1/images/generations");
            var documented = server.server.routes().stream()
                    .filter(route -> !route.startsWith("GET /studio/") && !route.equals("GET /favicon.svg"))
                    .count();
            assertThat(page.locator("h3")).hasCount((int) documented);
            visit.keep("studio-reference");
            visit.blameless();
        }
    }

    private static String made(String prompt, boolean panorama) {
        return server.post(
                        "/v1/images/generations",
                        "{\"prompt\": \"%s\", \"panorama\": %s, \"steps\": 4, \"seed\": 3}".formatted(prompt, panorama))
                .json()
                .path("data")
                .path(0)
                .path("id")
                .asString();
    }
}
