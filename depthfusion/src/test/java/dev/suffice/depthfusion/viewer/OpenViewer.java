package dev.suffice.depthfusion.viewer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ReducedMotion;
import dev.suffice.depthfusion.LayeredScene;
import dev.suffice.depthfusion.ViewerPage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A viewer page, opened from disk in a window of its own without a network. Records what the page asks for and complains about;
 * {@link #close} fails if anything left the page or an error was logged.
 */
final class OpenViewer implements AutoCloseable {
    private static final Path SCREENSHOTS = Path.of("target", "viewer-screenshots");

    private final BrowserContext context;
    private final Page page;
    private @Nullable CDPSession protocol;
    private final List<String> left = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();

    private OpenViewer(BrowserContext context) {
        this.context = context;
        this.page = context.newPage();
        context.route(
                url -> !url.startsWith("file:") && !url.startsWith("blob:") && !url.startsWith("data:"), route -> {
                    left.add(route.request().url());
                    route.abort();
                });
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
    }

    /** A small window of a computer, without motion, so that every frame is the last. */
    static Browser.NewContextOptions still() {
        return new Browser.NewContextOptions().setViewportSize(640, 400).setReducedMotion(ReducedMotion.REDUCE);
    }

    static OpenViewer of(Browser browser, LayeredScene scene, Path folder) throws IOException {
        return of(browser, scene, folder, still(), "");
    }

    static OpenViewer of(
            Browser browser, LayeredScene scene, Path folder, Browser.NewContextOptions window, String hash)
            throws IOException {
        var viewer = of(browser, page(scene), folder, window, hash, "", UnaryOperator.identity());
        assertThat(viewer.page.getAttribute("html", "data-state")).isEqualTo("ready");
        return viewer;
    }

    /** Any page, with a script that runs before it. */
    static OpenViewer of(
            Browser browser,
            byte[] html,
            Path folder,
            Browser.NewContextOptions window,
            String hash,
            String first,
            UnaryOperator<String> change)
            throws IOException {
        var file = folder.resolve("view.html");
        Files.writeString(file, change.apply(new String(html, StandardCharsets.UTF_8)));
        var viewer = new OpenViewer(browser.newContext(window.setOffline(true)));
        if (!first.isEmpty()) {
            viewer.page.addInitScript(first);
        }
        viewer.page.navigate(file.toUri() + hash);
        viewer.page.waitForSelector("html:not([data-state='loading'])");
        return viewer;
    }

    static byte[] page(LayeredScene scene) throws IOException {
        return ViewerPage.html(scene);
    }

    Page page() {
        return page;
    }

    /** Complaints so far, which are then forgotten: for tests that expect some. */
    List<String> complaints() {
        var found = List.copyOf(complaints);
        complaints.clear();
        return found;
    }

    /** A number of the present view: yaw, pitch, fov (degrees), strength. */
    double view(String key) {
        return number("suffice.view()." + key);
    }

    double number(String expression) {
        return ((Number) page.evaluate("Number(" + expression + ")")).doubleValue();
    }

    /** Sets parts of the view, e.g. {@code {yaw: 10}}, and waits for the frame. */
    void restore(String view) {
        page.evaluate("suffice.restore(" + view + ")");
        settle();
    }

    /** Waits until nothing moves. */
    void settle() {
        page.evaluate("window.suffice?.settled()");
    }

    /** The picture without the interface. */
    Shot shot() {
        settle();
        page.evaluate(
                "document.body.style.visibility = 'hidden', document.getElementById('canvas').style.visibility = 'visible'");
        var shot = Shot.of(page.screenshot());
        page.evaluate("document.body.style.visibility = ''");
        return shot;
    }

    /** Everything, kept in target/ for looking at. */
    Shot keep(String name) {
        settle();
        return Shot.of(page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png"))));
    }

    /** Presses a button as a finger does, which first has to bring the resting interface back. */
    void tap(String selector) {
        page.evaluate("window.dispatchEvent(new PointerEvent('pointermove'))");
        page.tap(selector);
    }

    /** Drags from one point to another and rests before letting go. */
    void drag(double fromX, double fromY, double toX, double toY) {
        page.mouse().move(fromX, fromY);
        page.mouse().down();
        page.mouse().move((fromX + toX) / 2, (fromY + toY) / 2);
        page.mouse().move(toX, toY);
        page.waitForTimeout(150);
        page.mouse().up();
        settle();
    }

    /** A touch event of the browser's own protocol; each point is x, y. */
    void touch(String type, double[]... points) {
        var list = new JsonArray();
        for (int i = 0; i < points.length; i++) {
            var point = new JsonObject();
            point.addProperty("x", points[i][0]);
            point.addProperty("y", points[i][1]);
            point.addProperty("id", i);
            list.add(point);
        }
        var event = new JsonObject();
        event.addProperty("type", type);
        event.add("touchPoints", list);
        protocol("Input.dispatchTouchEvent", event);
    }

    /** How a phone is held, in the angles of the DeviceOrientation specification. */
    void hold(double alpha, double beta, double gamma) {
        var angles = new JsonObject();
        angles.addProperty("alpha", alpha);
        angles.addProperty("beta", beta);
        angles.addProperty("gamma", gamma);
        protocol("DeviceOrientation.setDeviceOrientationOverride", angles);
    }

    private void protocol(String method, JsonObject arguments) {
        if (protocol == null) {
            protocol = context.newCDPSession(page);
        }
        protocol.send(method, arguments);
    }

    /** What the page says of itself: the announced sentence, once it comes. */
    void hears(String sentence) {
        page.waitForCondition(() -> page.textContent("#live").contains(sentence));
    }

    Map<String, Double> box(String selector) {
        var box = page.locator(selector).boundingBox();
        return Map.of("left", box.x, "top", box.y, "right", box.x + box.width, "bottom", box.y + box.height);
    }

    @Override
    public void close() {
        context.close();
        assertThat(left).as("requests that would have left the page").isEmpty();
        assertThat(complaints).as("errors and warnings of the page").isEmpty();
    }
}
