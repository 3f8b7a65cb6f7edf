// A job while it waits and runs: its place in the queue, its steps, the picture and its depth as they form.
import { cancel, job as fetchJob } from "./api.js";
import { showDepth } from "./depth.js";
import { announce, el, find } from "./dom.js";
import { plural, stageWords } from "./words.js";

export class ProgressView {
    /** `ended` hears how the job ended: { status, images, error }. */
    constructor(ended) {
        this.ended = ended;
        this.stage = find("stage");
        this.source = null;
    }

    get active() {
        return this.source !== null;
    }

    show(job) {
        this.leave();
        this.job = job;
        const { prompt, panorama = false, n = 1, size = "" } = job.request;
        const [width, height] = size ? size.split("x").map(Number) : panorama ? [2, 1] : [1, 1];
        this.aspect = width / height;
        this.bar = el("span");
        this.progress = el("div.progress.waiting", { role: "progressbar", "aria-label": "Progress", "aria-valuemin": 0, "aria-valuemax": 100 }, this.bar);
        this.words = el("span", {}, "Sent");
        this.count = el("span");
        this.forming = el("div.forming");
        this.stop = el("button.quiet-button", { type: "button", onclick: () => this.cancel() }, "Cancel");
        this.stage.replaceChildren(
            el("div.stage-head", {}, el("h2", { id: "stage-title" }, prompt), this.stop),
            this.forming, this.progress,
            el("p.stage-words", {}, this.words, this.count));
        this.shots = [];
        for (let i = 0; i < Math.min(n, 4); i++) {
            this.shots.push(this.shot(n === 1));
        }
        this.forming.classList.toggle("many", n > 1);
        this.stage.hidden = false;
        this.follow();
    }

    shot(captions) {
        const frame = (caption, depth) => {
            const image = el(depth ? "img.depth-image" : "img", { alt: "", hidden: true });
            const figure = el("figure.frame", {}, image, captions ? el("figcaption", {}, caption) : null);
            figure.style.setProperty("--aspect", this.aspect);
            return [figure, image];
        };
        const [colour, rgb] = frame("Picture", false);
        const [relief, depth] = frame("Depth", true);
        this.forming.append(el("div.shot", {}, colour, relief));
        return { rgb, depth };
    }

    follow() {
        const source = new EventSource(`/v1/jobs/${this.job.id}/events`);
        this.source = source;
        const on = (name, listener) => source.addEventListener(name, (event) => listener(JSON.parse(event.data)));
        on("queued", ({ position }) => {
            this.words.textContent = position === 1 ? "Next in the queue" : `Waiting, ${plural(position - 1, "run")} before`;
        });
        on("started", () => { this.words.textContent = "Opening the model"; });
        on("stage", ({ stage }) => { this.words.textContent = stageWords(stage); });
        on("warning", ({ message }) => announce(message));
        on("step", (data) => this.step(data));
        on("done", ({ images }) => this.end({ status: "done", images }));
        on("failed", ({ error }) => this.end({ status: "failed", error }));
        on("cancelled", () => this.end({ status: "cancelled" }));
        source.onerror = () => this.lost(source);
    }

    step({ step, steps, previews = [] }) {
        this.progress.classList.remove("waiting");
        this.bar.style.width = `${100 * step / steps}%`;
        this.progress.setAttribute("aria-valuenow", Math.round(100 * step / steps));
        this.words.textContent = stageWords("denoise");
        this.count.textContent = `step ${step} of ${steps}`;
        previews.forEach((preview, i) => {
            if (this.shots[i]) {
                this.shots[i].rgb.src = preview.rgb;
                this.shots[i].rgb.hidden = false;
                showDepth(this.shots[i].depth, preview.depth);
            }
        });
    }

    /** The browser tries again by itself, unless the answer was an error: then the job says what became of it. */
    async lost(source) {
        if (source !== this.source) {
            return;
        }
        this.words.textContent = "Connection lost, trying again";
        if (source.readyState !== EventSource.CLOSED) {
            return;
        }
        try {
            const job = await fetchJob(this.job.id);
            if (source === this.source) {
                if (["done", "failed", "cancelled"].includes(job.status)) {
                    this.end(job);
                } else {
                    setTimeout(() => source === this.source && this.follow(), 1500);
                }
            }
        } catch (error) {
            if (source === this.source) {
                if (error.serverGone) {
                    setTimeout(() => source === this.source && this.lost(source), 2000);
                } else {
                    this.end({ status: "failed", error: { message: "the server was started anew meanwhile and knows nothing of this run" } });
                }
            }
        }
    }

    async cancel() {
        this.stop.disabled = true;
        this.words.textContent = "Stopping after this step";
        try {
            await cancel(this.job.id);
        } catch {
            this.stop.disabled = false;
        }
    }

    end(outcome) {
        this.leave();
        this.stage.hidden = true;
        this.ended(outcome);
    }

    leave() {
        this.source?.close();
        this.source = null;
    }
}
