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
            assertThat(page.locator("#detail .saved-share")).hasText("20% of the computation");
            assertThat(page.locator("#cards .card")).hasCount(1);
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
}
