// One picture: the 360 view, what it was made with, what was saved, its files.
import { removeImage } from "./api.js";
import { showDepth } from "./depth.js";
import { announce, el, find, icon } from "./dom.js";
import { saved } from "./saved.js";
import { schedulerWords, when } from "./words.js";

const CONFIRM = 4000;

export class DetailView {
    /** `actions`: again(image), deleted(id), close(), beside(id, step): id or null. */
    constructor(formats, actions) {
        this.formats = formats;
        this.actions = actions;
        this.place = find("detail");
    }

    get id() {
        return this.place.hidden ? null : this.image.id;
    }

    hide() {
        this.place.hidden = true;
        this.place.replaceChildren();
    }

    show(image, siblings = []) {
        this.image = image;
        this.place.replaceChildren(...[this.viewport(), this.toolbar(), this.siblings(siblings), this.about()].filter((part) => part));
        this.place.hidden = false;
        announce(`Picture: ${image.prompt}`);
    }

    viewport() {
        const { prompt, links } = this.image;
        this.frame = el("iframe", {
            src: links.view, title: `360 view: ${prompt}`, allow: "fullscreen; xr-spatial-tracking; accelerometer; gyroscope; clipboard-write" });
        const viewport = el("div.viewport", {}, el("img.poster", { src: links.rgb, alt: "" }), this.frame);
        this.frame.addEventListener("load", () => viewport.classList.add("shown"));
        return viewport;
    }

    toolbar() {
        const { id, links } = this.image;
        const before = this.actions.beside(id, -1);
        const after = this.actions.beside(id, 1);
        const remove = el("button.quiet-button", { type: "button", onclick: () => this.remove(remove) }, icon("delete"), el("span.words", {}, "Delete"));
        remove.setAttribute("aria-label", "Delete");
        return el("div.detail-bar", {},
            el("button.quiet-button", { type: "button", id: "again", onclick: () => this.actions.again(this.image) }, icon("again"), "Use these settings again"),
            el("span.space"),
            el("button.quiet-button", { type: "button", id: "full", "aria-label": "Full screen", onclick: () => this.frame.requestFullscreen?.() }, icon("full"), el("span.words", {}, "Full screen")),
            el("a.quiet-button", { href: links.view, target: "_blank", rel: "noopener", "aria-label": "The 360 view alone, in a new tab" }, icon("out"), el("span.words", {}, "New tab")),
            remove,
            el("button.tool", { type: "button", "aria-label": "Newer picture", disabled: !before, onclick: () => { location.hash = before; } }, icon("before")),
            el("button.tool", { type: "button", "aria-label": "Older picture", disabled: !after, onclick: () => { location.hash = after; } }, icon("after")),
            el("button.tool", { type: "button", "aria-label": "Close", onclick: () => this.actions.close() }, icon("close")));
    }

    siblings(siblings) {
        if (siblings.length < 2) {
            return null;
        }
        return el("nav.siblings", { "aria-label": "Pictures of this run" }, ...siblings.map((one, i) =>
            el("a", { href: "#" + one.id, "aria-current": one.id === this.image.id ? "true" : null },
                el("img", { src: one.links.rgb, alt: `Picture ${i + 1}` }))));
    }

    about() {
        const image = this.image;
        const wide = image.width >= 1.6 * image.height;
        const shot = (link, name, depth) => {
            const picture = el("img", { src: depth ? null : link, alt: `${name}: ${image.prompt}` });
            if (depth) {
                showDepth(picture, link);
            }
            const figure = el("figure.frame", {}, picture, el("figcaption", {}, name));
            figure.style.setProperty("--aspect", image.width / image.height);
            return el("a", { href: link, target: "_blank", rel: "noopener" }, figure);
        };
        const pictures = el("div.pictures", {}, shot(image.links.rgb, "Picture", false), shot(image.links.depth, "Depth", true));
        pictures.classList.toggle("wide", wide);
        return el("div.about", {},
            el("div", {},
                el("h2", { id: "detail-title" }, image.prompt),
                el("p.when", {}, when(image.created)),
                pictures),
            el("div", {}, image.compute ? saved(image.compute) : null, this.downloads()),
            el("div", {}, el("section.block", {}, el("h3", {}, "Settings"), this.facts())));
    }

    facts() {
        const image = this.image;
        const facts = [
            ["Model", image.model],
            ["Size", size(image)],
            ["View", image.panorama ? "360° panorama" : "perspective"],
            ["Steps", image.steps],
            ["Sampler", schedulerWords(image.scheduler)],
            ["Guidance", image.guidance],
            ["Seed", image.seed],
            ["Without", image.negative_prompt || null],
            ["Eta", image.eta || null],
            ["Depth", image.depth_scale?.near_metres ? `${image.depth_scale.near_metres} to ${image.depth_scale.far_metres} m` : "relative"],
            ["Engine", image.engine],
        ];
        return el("dl.facts", {}, ...facts.filter(([, value]) => value !== null && value !== undefined).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, String(value))]));
    }

    downloads() {
        const { links } = this.image;
        const item = (href, name, title) => el("li", {}, el("a", { href, download: "", title }, icon("down"), name));
        return el("section.block", {}, el("h3", {}, "Download"),
            el("ul.downloads", {},
                item(links.rgb, "Picture", "PNG, 8 bits a channel"),
                item(links.depth, "Depth", "PNG, 16 bits, larger is nearer"),
                ...this.formats.filter((format) => links.exports[format.id]).map((format) => item(links.exports[format.id], format.id, format.description)),
                item(links.sidecar, "Settings", "JSON: everything this picture was made with")));
    }

    /** Asks once more, on the button itself. */
    async remove(button) {
        if (!button.classList.contains("armed")) {
            button.classList.add("armed");
            button.setAttribute("aria-label", "Really delete?");
            button.lastChild.textContent = "Really delete?";
            announce("Press again to delete");
            setTimeout(() => {
                button.classList.remove("armed");
                button.setAttribute("aria-label", "Delete");
                button.lastChild.textContent = "Delete";
            }, CONFIRM);
            return;
        }
        const { id } = this.image;
        try {
            await removeImage(id);
        } catch (error) {
            if (error.status !== 404) {
                announce(error.message);
                return;
            }
        }
        this.actions.deleted(id);
    }
}

/** Of the picture; and of what was denoised, if it was made larger. */
function size({ width, height, enlarged = 1 }) {
    return `${width} × ${height}` + (enlarged > 1 ? `, enlarged from ${width / enlarged} × ${height / enlarged}` : "");
}
