// Connects buttons, keys and pointers with the stage.
import { followPointers } from "./pointer.js";
import { Keyboard } from "./keyboard.js";
import { AutoRotate } from "./auto-rotate.js";
import { DeviceMotion } from "./device-motion.js";
import { Headset } from "./headset.js";
import { Idle } from "./idle.js";
import { Measure } from "./measure.js";
import { buildLegend } from "./legend.js";
import { drawCompass } from "./compass.js";
import { viewToHash, hashToView, copy } from "./share.js";
import { saveScreenshot } from "./screenshot.js";
import { distanceText, plain } from "./distances.js";

const STEP = Math.PI / 36; // one press of an arrow key at 75 degrees of view
const NAMES = { colour: "Colour", depth: "Depth, by colours", mesh: "Mesh" };
const $ = (id) => document.getElementById(id);

/** @returns the measuring tool */
export function connectControls(stage, description, announcer) {
    const root = document.documentElement;
    const { view, loop, pose, parallax } = stage;
    const canvas = $("canvas");
    const rotate = new AutoRotate(view, description.panorama);
    const measure = new Measure(stage.layers, description.metric, $("overlay"), $("measure-label"));
    const press = (button, on) => $(button).setAttribute("aria-pressed", String(on));
    const wake = () => loop.invalidate();
    let drawn = null;
    let under = null;

    // --- looking ---------------------------------------------------------------------------------------------------------------
    const perPixel = () => 2 * Math.tan(view.now.fov * Math.PI / 360) / stage.size.height;
    const turn = (dx, dy, act) => {
        if (view.outside) {
            view.orbit(-dx * 0.006, dy * 0.006);
        } else {
            // what is under the finger stays there; near the poles a turn moves less
            act(-dx * perPixel() / Math.max(Math.cos(view.now.pitch), 0.4), dy * perPixel());
        }
        wake();
    };
    followPointers(canvas, {
        press: () => {
            rotate.touched();
            view.halt();
            delete root.dataset.keys;
        },
        drag: (dx, dy) => {
            rotate.touched();
            turn(dx, dy, (yaw, pitch) => view.drag(yaw, pitch));
        },
        release: (vx, vy) => {
            if (Math.hypot(vx, vy) > 60 && pose.device === null && !view.outside) {
                turn(vx, vy, (yaw, pitch) => view.fling(yaw, pitch));
            }
        },
        zoom: (factor) => {
            rotate.touched();
            view.zoom(factor);
            wake();
        },
        hover: (x, y, type) => {
            const { width, height } = stage.size;
            if (type === "mouse") {
                parallax.point(2 * x / width - 1, 1 - 2 * y / height);
            }
            under = { x, y };
            wake();
        },
        click: (x, y) => {
            if (measure.active) {
                place(x, y);
            }
        },
    });
    root.addEventListener("mouseleave", () => {
        parallax.centre();
        wake();
    });

    // --- keys ------------------------------------------------------------------------------------------------------------------
    const move = ({ yaw, pitch, right, up, forward }, factor = 1) => {
        rotate.touched();
        if (view.outside) {
            view.orbit((yaw - right) * STEP * factor, (pitch + up) * STEP * factor);
            if (forward !== 0) {
                view.zoom(1 + 0.06 * forward * factor);
            }
        } else {
            const step = STEP * factor * Math.min(view.goal.fov / 75, 1.2);
            view.look(yaw * step, pitch * step);
            view.walk(right * 0.16 * factor, up * 0.16 * factor, forward * 0.16 * factor);
        }
        tellView(yaw !== 0 || pitch !== 0);
        wake();
    };
    const zoomBy = (factor) => () => {
        rotate.touched();
        view.zoom(factor);
        announcer.whisper(`Field of view ${Math.round(view.goal.fov)} degrees`);
        wake();
    };
    const strengthBy = (change) => () => setStrength(Math.round((view.strength + change) * 20) / 20);
    const repeats = (action) => Object.assign(action, { repeats: true });
    const actions = {
        "+": repeats(zoomBy(1.12)), "=": repeats(zoomBy(1.12)), "-": repeats(zoomBy(1 / 1.12)), "_": repeats(zoomBy(1 / 1.12)),
        "[": repeats(strengthBy(-0.1)), "]": repeats(strengthBy(0.1)),
        "1": () => setMode("colour"), "2": () => setMode("depth"), "3": () => setMode("mesh"), "c": () => setMode(nextMode()),
        "r": reset, "o": toggleOutside, "m": toggleMeasure, "t": toggleRotate, "b": toggleStereo, "v": toggleHeadset,
        "p": screenshot, "l": share, "i": () => openInfo($("info").hidden), "?": openHelp, "f": toggleFull, "h": toggleBare,
        "escape": escape,
        "enter": () => {
            if (measure.active && (document.activeElement === canvas || document.activeElement === document.body)) {
                place(stage.size.width / 2, stage.size.height / 2);
            } else {
                document.activeElement?.click?.();
            }
        },
    };
    const keyboard = new Keyboard(actions, (movement) => move(movement), wake);
    window.addEventListener("keydown", () => { root.dataset.keys = ""; });
    loop.add((seconds) => {
        const movement = keyboard.movement(seconds);
        if (movement !== null) {
            move(movement);
        }
        return movement !== null;
    });
    loop.add((seconds) => rotate.tick(seconds));
    loop.add(() => {
        // at most once a frame: it draws the scene
        if (under !== null && measure.active && measure.waiting) {
            measure.preview(stage.pick(under.x, under.y));
        }
        under = null;
        return false;
    });

    function tellView(turned) {
        const { yaw, pitch } = view.snapshot();
        if (turned && !view.outside) {
            const across = Math.round(Math.abs(yaw));
            const upright = Math.round(Math.abs(pitch));
            announcer.whisper(`Looking ${across === 0 ? "ahead" : across + " degrees " + (yaw > 0 ? "right" : "left")}, `
                + (upright === 0 ? "level" : upright + " degrees " + (pitch > 0 ? "up" : "down")));
        }
    }

    // --- what is shown ---------------------------------------------------------------------------------------------------------
    const range = stage.layers.range;
    buildLegend($("legend"), range.x, range.y, description.metric);

    function setMode(mode) {
        view.show(mode);
        announcer.say(NAMES[mode]);
    }

    function nextMode() {
        const order = Object.keys(NAMES);
        return order[(order.indexOf(view.mode) + 1) % order.length];
    }

    function setStrength(strength) {
        view.strength = strength;
        announcer.whisper(`Depth strength ${Math.round(view.strength * 100)} percent`);
    }

    for (const radio of document.querySelectorAll("input[name='mode']")) {
        radio.addEventListener("change", () => setMode(radio.value));
    }
    $("strength").addEventListener("input", () => setStrength(Number($("strength").value)));
    $("strength").addEventListener("dblclick", () => setStrength(1));

    const reflect = () => {
        document.querySelector(`input[name='mode'][value='${view.mode}']`).checked = true;
        const percent = Math.round(view.strength * 100);
        $("strength").value = String(view.strength);
        $("strength").style.setProperty("--share", percent / 2 + "%");
        $("strength").setAttribute("aria-valuetext", percent + " percent");
        $("strength-value").textContent = percent + "%";
        $("legend").hidden = view.mode !== "depth";
        press("outside", view.outside);
        stage.settings();
    };
    view.addEventListener("change", reflect);

    // --- tools -----------------------------------------------------------------------------------------------------------------
    function reset() {
        view.reset();
        parallax.centre();
        if (pose.device !== null) {
            view.goal.yaw = view.now.yaw = -motion.heading;
        }
        wake();
        announcer.say("View reset");
    }

    function toggleOutside() {
        view.goOutside(!view.outside);
        rotate.touched();
        announcer.say(view.outside ? "From outside: drag to turn, wheel to come nearer" : "Inside again");
    }

    function toggleMeasure() {
        measure.active = !measure.active;
        measure.clear();
        press("measure", measure.active);
        root.toggleAttribute("data-measuring", measure.active);
        wake();
        announcer.say(measure.active ? "Measure: choose two points" : "Measuring off");
    }

    function place(x, y) {
        const point = stage.pick(x, y);
        announcer.say(point === null ? "There is nothing to measure at this place" : measure.place(point));
        wake();
    }

    function toggleRotate() {
        rotate.enabled = !rotate.enabled;
        press("rotate", rotate.enabled);
        wake();
        announcer.say(rotate.enabled ? "Turning by itself" : "Stopped");
    }

    function toggleStereo() {
        stage.stereo = !stage.stereo;
        press("stereo", stage.stereo);
        root.toggleAttribute("data-bare", stage.stereo);
        $("stereo-leave").hidden = !stage.stereo;
        if (stage.stereo) {
            openInfo(false);
        }
        wake();
        announcer.whisper(stage.stereo ? "Side by side for both eyes. Escape leaves." : "One picture again", 0);
    }

    function toggleBare() {
        if (stage.stereo) {
            return;
        }
        const bare = root.toggleAttribute("data-bare");
        announcer.say(bare ? "Interface hidden. H shows it again." : "Interface shown");
    }

    async function screenshot() {
        loop.step(performance.now());
        try {
            announcer.say("Saved " + await saveScreenshot(canvas, description.title, drawn, stage.size.width));
        } catch (error) {
            announcer.say("The screenshot could not be saved: " + error.message);
        }
    }

    async function share() {
        const hash = viewToHash(view.snapshot());
        history.replaceState(null, "", hash);
        const copied = await copy(location.href);
        announcer.say(!copied ? "The link is in the address bar" : location.protocol === "file:"
            ? "Link copied. It opens this view wherever this file is." : "Link to this view copied");
    }

    function restore() {
        const saved = hashToView(location.hash);
        if (saved !== null) {
            view.restore(saved);
            pose.arrive();
            wake();
        }
    }

    function openInfo(open) {
        const inside = $("info").contains(document.activeElement);
        $("info").hidden = !open;
        $("info-open").setAttribute("aria-expanded", String(open));
        if (open) {
            $("info-close").focus({ preventScroll: true, focusVisible: false });
        } else if (inside) {
            $("info-open").focus({ preventScroll: true, focusVisible: false });
        }
    }

    function openHelp() {
        if ($("help").open) {
            $("help").close();
        } else {
            $("help").showModal();
        }
    }

    async function toggleFull() {
        const shown = document.fullscreenElement ?? document.webkitFullscreenElement;
        try {
            if (shown) {
                await (document.exitFullscreen ?? document.webkitExitFullscreen).call(document);
            } else {
                await (root.requestFullscreen ?? root.webkitRequestFullscreen).call(root);
            }
        } catch {
            announcer.say("This browser does not allow full screen here");
        }
    }

    function escape() {
        if ($("help").open) {
            $("help").close();
        } else if (stage.stereo) {
            toggleStereo();
        } else if (root.hasAttribute("data-bare")) {
            toggleBare();
        } else if (!$("info").hidden) {
            openInfo(false);
        } else if (measure.active) {
            toggleMeasure();
        } else if (view.outside) {
            toggleOutside();
        }
    }

    // --- a phone in the hand ---------------------------------------------------------------------------------------------------
    const motion = new DeviceMotion((first) => {
        if (first) {
            view.goal.yaw = view.now.yaw = view.now.yaw - motion.heading;
        }
        pose.device = motion.quaternion;
        wake();
    });

    async function toggleMotion() {
        if (pose.device !== null) {
            const heading = motion.heading;
            motion.stop();
            pose.device = null;
            view.drag(heading, 0);
            press("motion", false);
            wake();
            announcer.say("Look by dragging");
            return;
        }
        const state = await motion.start();
        press("motion", state === "on");
        announcer.say({
            on: "Move the phone to look around",
            denied: "The browser did not allow motion. Allow it in the settings of this page.",
            silent: "This device reports no motion",
        }[state]);
    }

    $("motion").hidden = !(DeviceMotion.offered && description.panorama);

    // --- headset ---------------------------------------------------------------------------------------------------------------
    const headset = new Headset(stage.renderer, stage.world, stage.layers, stage.backdrop, view, (now) => loop.step(now), () => {
        stage.worn = false;
        loop.pause(false);
        stage.resize();
        announcer.say("Back from the headset");
    });

    async function toggleHeadset() {
        if (headset.worn) {
            await headset.leave();
            return;
        }
        if ($("headset").hidden) {
            announcer.say("No headset was found by this browser");
            return;
        }
        try {
            view.goOutside(false);
            pose.arrive();
            await headset.enter();
            stage.worn = true;
            loop.pause(true);
        } catch (error) {
            announcer.say("The headset did not start: " + error.message);
        }
    }

    Headset.offered().then((offered) => { $("headset").hidden = !offered; });

    // --- buttons ---------------------------------------------------------------------------------------------------------------
    const buttons = {
        reset, screenshot, share, "info-open": () => openInfo($("info").hidden), "info-close": () => openInfo(false), "help-open": openHelp,
        "help-close": openHelp, full: toggleFull, outside: toggleOutside, measure: toggleMeasure, rotate: toggleRotate, motion: toggleMotion,
        stereo: toggleStereo, headset: toggleHeadset, "stereo-leave": toggleStereo,
    };
    for (const [id, action] of Object.entries(buttons)) {
        $(id).addEventListener("click", () => action());
    }
    $("help").addEventListener("click", (event) => {
        if (event.target === $("help")) {
            $("help").close();
        }
    });
    document.addEventListener("fullscreenchange", () => {
        press("full", document.fullscreenElement !== null);
    });

    // --- the window ------------------------------------------------------------------------------------------------------------
    new ResizeObserver(() => stage.resize()).observe(canvas);
    window.addEventListener("hashchange", restore);
    const calm = matchMedia("(prefers-reduced-motion: reduce)");
    const quiet = () => {
        view.still = calm.matches;
        wake();
    };
    calm.addEventListener("change", quiet);
    quiet();
    new Idle(root, () => !$("info").hidden || $("help").open || measure.active
        || document.querySelector(".fades :focus-visible, .fades:hover") !== null);
    stage.onDrawn((camera, width, height) => {
        const { now } = view;
        drawCompass($("reset"), view.outside ? -now.orbit.azimuth : now.yaw, now.fov, width / height);
        drawn = measure.draw(camera, width, height, !stage.stereo);
    });

    reflect();
    restore();
    return measure;
}

/** The line under the title. */
export function subtitle(description, { near, far }) {
    const parts = [description.panorama ? "360° panorama" : "Picture with depth", `${description.width} × ${description.height}`];
    if (description.metric) {
        const [from, to] = [near, far].map((value) => plain(distanceText(Number(value.toPrecision(2)), true)));
        parts.push(from === to ? `${from} away` : `${from} to ${to}`);
    }
    return parts.join("  ·  ");
}
