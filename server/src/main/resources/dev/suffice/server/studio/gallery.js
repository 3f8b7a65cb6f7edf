// The pictures that are kept, the newest first; the depth shows under the pointer or the focus.
import { images } from "./api.js";
import { showDepthSoon } from "./depth.js";
import { el, find } from "./dom.js";
import { plural } from "./words.js";

export class Gallery {
    constructor() {
        this.list = [];
        this.total = 0;
        this.cards = find("cards");
        find("gallery-more").addEventListener("click", () => this.older());
    }

    async load() {
        const page = await images(null);
        this.list = page.data;
        this.total = page.total;
        this.cards.replaceChildren(...this.list.map((image) => card(image)));
        this.told(page.has_more);
    }

    async older() {
        const page = await images(this.list.at(-1)?.id);
        this.list.push(...page.data);
        this.cards.append(...page.data.map((image) => card(image)));
        this.told(page.has_more);
    }

    told(more) {
        find("gallery").hidden = false;
        find("gallery-more").hidden = !more;
        this.count();
    }

    count() {
        find("gallery-empty").hidden = this.list.length > 0;
        find("gallery-count").textContent = this.total ? plural(this.total, "picture") : "";
    }

    has(id) {
        return this.list.find((image) => image.id === id);
    }

    remove(id) {
        if (this.has(id)) {
            this.list = this.list.filter((image) => image.id !== id);
            this.total--;
            this.cards.querySelector(`[data-id="${id}"]`)?.remove();
            this.count();
        }
    }

    /** The id so many places further on, or null. */
    beside(id, step) {
        const at = this.list.findIndex((image) => image.id === id);
        return at < 0 ? null : this.list[at + step]?.id ?? null;
    }

    mark(id) {
        this.cards.querySelectorAll("a[aria-current]").forEach((link) => link.removeAttribute("aria-current"));
        this.cards.querySelector(`[data-id="${id}"] a`)?.setAttribute("aria-current", "true");
    }
}

function card(image) {
    const item = el("div.card", { role: "listitem", "data-id": image.id },
        el("a", { href: "#" + image.id },
            el("img", { src: image.links.rgb, alt: image.prompt, loading: "lazy" }),
            showDepthSoon(el("img.depth-image", { alt: "" }), image.links.depth),
            el("span", { "aria-hidden": "true" }, image.prompt)));
    item.style.setProperty("--aspect", Math.min(image.width / image.height, 2.4));
    return item;
}
