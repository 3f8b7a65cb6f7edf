// The Studio: brings prompt, progress, picture and gallery together.
import * as api from "./api.js";
import { Composer } from "./compose.js";
import { DetailView } from "./detail.js";
import { announce, find } from "./dom.js";
import { Gallery } from "./gallery.js";
import { askForKey } from "./key.js";
import { ProgressView } from "./progress.js";

const SOON = 800;
const LATER = 5000;

api.onKeyNeeded(askForKey);

const server = find("server");
const gallery = new Gallery();
const progress = new ProgressView(ended);
let composer = null;
let detail = null;
let siblings = [];
let retry = 0;
let wasGone = false;

/** How the server is: asked again and again, sooner while it loads or does not answer. */
async function watch() {
    let pause = LATER;
    try {
        const health = await api.health();
        server.dataset.state = health.status;
        find("server-words").textContent = health.status === "loading"
            ? `${health.progress.stage} (${health.progress.done} of ${health.progress.total})`
            : health.status === "failed" ? "the model cannot be loaded" : health.model;
        pause = health.status === "ready" ? LATER : SOON;
        find("gone").hidden = true;
        if (wasGone) {
            wasGone = false;
            await begin();
        }
    } catch {
        server.dataset.state = "gone";
        find("server-words").textContent = "no answer";
        find("gone").hidden = false;
        wasGone = true;
        pause = 2000;
    }
    setTimeout(watch, pause);
}

/** What the page needs to know before anything can be typed; again when the server was gone. */
async function begin() {
    const [models, schedulers, formats] = await Promise.all([api.models(), api.schedulers(), api.formats()]);
    composer ??= new Composer(models, schedulers, submit);
    detail ??= new DetailView(formats, {
        again: (image) => { composer.use(image); find("compose").scrollIntoView({ block: "start" }); },
        deleted: (id) => { gallery.remove(id); location.hash = ""; },
        close: () => { location.hash = ""; find("prompt").focus(); },
        beside: (id, step) => gallery.beside(id, step),
    });
    await gallery.load();
    await route();
    await resume();
}

/** A run that was under way when the page was left. */
async function resume() {
    if (!progress.active) {
        const running = (await api.jobs()).findLast((job) => job.status === "running" || job.status === "queued");
        if (running) {
            composer.busy(true);
            progress.show(running);
        }
    }
}

async function submit(request) {
    clearTimeout(retry);
    composer.busy(true);
    try {
        const job = await api.submit(request);
        if (location.hash) {
            history.pushState(null, "", location.pathname);
        }
        detail.hide();
        progress.show(job);
        announce("Started");
        find("stage").scrollIntoView({ block: "nearest" });
    } catch (error) {
        composer.busy(false);
        if (error.status === 429) {
            queueFull(request, error.retryAfter || 5);
        } else {
            composer.problem(error.serverGone ? "The server does not answer. Is ./suffice serve still running?" : sentence(error.message), error.param);
        }
    }
}

/** Counts down and tries again; whoever changes the prompt meanwhile sends anew. */
function queueFull(request, seconds) {
    if (seconds <= 0) {
        composer.clear();
        submit(request);
        return;
    }
    composer.problem(`The queue is full. Trying again in ${seconds} s.`);
    retry = setTimeout(() => queueFull(request, seconds - 1), 1000);
}

async function ended({ status, images = [], error }) {
    composer.busy(false);
    if (status === "done") {
        await gallery.load();
        siblings = images.map(({ id }) => gallery.has(id)).filter((image) => image);
        if (siblings.length) {
            location.hash = siblings[0].id;
        }
    } else if (status === "failed") {
        composer.problem(sentence(error.message));
    } else {
        announce("Cancelled. Nothing was kept.");
        find("prompt").focus();
    }
}

/** What the address names: a picture, or nothing. */
async function route() {
    const id = location.hash.slice(1);
    if (!id) {
        detail.hide();
        gallery.mark(null);
        document.title = "Suffice Studio";
        return;
    }
    if (detail.id === id) {
        return;
    }
    try {
        const image = gallery.has(id) ?? await api.image(id);
        detail.show(image, siblings.some((one) => one.id === id) ? siblings : []);
        gallery.mark(id);
        document.title = `${image.prompt} · Suffice Studio`;
        find("detail").focus({ preventScroll: true });
        find("detail").scrollIntoView({ block: "start" });
    } catch (error) {
        if (error.status === 404) {
            location.hash = "";
        } else {
            composer.problem(sentence(error.message));
        }
    }
}

const sentence = (message) => message.charAt(0).toUpperCase() + message.slice(1) + (message.endsWith(".") ? "" : ".");

window.addEventListener("hashchange", route);
document.addEventListener("input", () => clearTimeout(retry));
document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, dialog");
    if (event.key === "Escape" && detail?.id && !document.querySelector("dialog[open]")) {
        location.hash = "";
    } else if (event.key === "/" && !typing) {
        event.preventDefault();
        find("prompt").focus();
    } else if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && !typing && detail?.id) {
        const beside = gallery.beside(detail.id, event.key === "ArrowLeft" ? -1 : 1);
        if (beside) {
            location.hash = beside;
        }
    }
});

watch();
begin().then(() => find("prompt").focus(), () => { wasGone = true; });
