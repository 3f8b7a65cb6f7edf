// Opens the picture: reads, checks, builds the stage, connects the controls.
import { readScene, DamagedScene } from "./scene-data.js";
import { parseGlb } from "./glb.js";
import { measureDistances } from "./distances.js";
import { Stage, NoGraphics } from "./stage.js";
import { connectControls, subtitle } from "./controls.js";
import { Announcer } from "./announce.js";
import { fillInfo } from "./info.js";

const root = document.documentElement;
const canvas = document.getElementById("canvas");

async function open() {
    const { description, bytes } = readScene(document);
    document.title = description.title + " · DepthFusion";
    document.getElementById("title").textContent = description.prompt ?? description.title;
    canvas.setAttribute("aria-label", (description.panorama ? "360 degree view: " : "Picture with depth: ") + (description.prompt ?? description.title));
    fillInfo(document.getElementById("info"), description);

    const layers = parseGlb(bytes).sort((a, b) => Number(b.name === "background") - Number(a.name === "background"));
    const distances = measureDistances(layers);
    document.getElementById("subtitle").textContent = subtitle(description, distances);
    const stage = new Stage(canvas, description, layers, distances);
    await stage.build();

    const announcer = new Announcer(document.getElementById("live"), document.getElementById("toast"));
    const measure = connectControls(stage, description, announcer);
    canvas.addEventListener("webglcontextlost", () => announcer.say("The graphics were interrupted; the picture comes back in a moment"));
    canvas.addEventListener("webglcontextrestored", () => {
        stage.resize();
        announcer.say("The picture is back");
    });

    // for pages that embed this one, and for the tests
    window.suffice = Object.freeze({
        view: () => stage.view.snapshot(),
        restore: (view) => {
            stage.view.restore(view);
            stage.pose.arrive();
            stage.loop.invalidate();
        },
        settled: () => stage.loop.settled(),
        frames: () => stage.loop.frames,
        eye: () => stage.camera.position.toArray(),
        direction: () => stage.direction(),
        pick: (x, y) => stage.pick(x, y)?.toArray() ?? null,
        distance: () => measure.distance,
    });
    await stage.loop.drawn();
    root.dataset.state = "ready";
    stage.parallax.enter();
    stage.loop.invalidate();
    announcer.whisper(canvas.getAttribute("aria-label"));
}

open().catch((error) => {
    if (error instanceof DamagedScene) {
        window.sufficeFailed("This picture is damaged", error.message + " Make or download the file again.");
    } else if (error instanceof NoGraphics) {
        window.sufficeFailed("This browser shows no 3D",
            "WebGL 2 is missing or switched off. Allow hardware acceleration in the browser's settings, update the graphics driver, or open this file in another browser.");
    } else {
        console.warn(error);
        window.sufficeFailed("The picture could not be opened", error.message);
    }
});
