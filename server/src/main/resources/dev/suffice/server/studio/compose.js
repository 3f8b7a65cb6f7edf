// The prompt and its options: from fields to a request, and from a finished picture back to fields.
import { find, el } from "./dom.js";
import { recommend } from "./steps.js";

const EXAMPLES = [
    { prompt: "a red sofa in a bright living room" },
    { prompt: "360 view of a snowy valley with a lake", panorama: true },
    { prompt: "a cosy bedroom with a wooden floor at night" },
    { prompt: "desert dunes under a blue sky" },
    { prompt: "360 view of green hills at sunset", panorama: true },
];
const SIZES = [0.5, 1, 1.5, 2];
const FIELDS = { prompt: "prompt", n: "count", size: "size", steps: "steps", guidance: "guidance", seed: "seed", scheduler: "scheduler", negative_prompt: "negative", model: "model", panorama: "panorama" };

export class Composer {
    constructor(models, schedulers, submit) {
        this.models = models;
        this.guidanceTouched = false;
        this.recommended = recommend(() => this.question());
        this.form = find("compose");
        for (const model of models) {
            find("model").append(el("option", { value: model.id }, model.id));
        }
        find("field-model").hidden = models.length < 2;
        find("scheduler").append(el("option", { value: "" }, "default"), ...schedulers.map((one) => el("option", { value: one.id }, one.id)));
        this.form.addEventListener("submit", (event) => {
            event.preventDefault();
            this.clear();
            if (this.prompt() === "") {
                this.problem("Say what the picture shows.", "prompt");
                return;
            }
            submit(this.request());
        });
        find("prompt").addEventListener("keydown", (event) => {
            if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
                event.preventDefault();
                this.form.requestSubmit();
            }
        });
        find("prompt").addEventListener("input", () => { this.grow(); this.recommended(); });
        find("panorama").addEventListener("change", () => { this.sizes(); this.defaults(); this.recommended(); });
        find("model").addEventListener("change", () => { this.sizes(); this.defaults(); this.recommended(); });
        find("scheduler").addEventListener("change", () => this.recommended());
        find("steps").addEventListener("input", () => this.recommended());
        find("steps-auto").addEventListener("change", () => {
            find("steps").disabled = find("steps-auto").checked;
            this.recommended();
        });
        find("guidance").addEventListener("input", () => { this.guidanceTouched = true; this.showGuidance(); });
        find("reseed").addEventListener("click", () => { find("seed").value = Math.floor(Math.random() * 2 ** 32); });
        find("more").addEventListener("click", () => this.fold(!find("options").hidden));
        for (const example of EXAMPLES) {
            find("examples").append(el("li", {}, el("button", { type: "button", onclick: () => this.example(example) }, example.prompt)));
        }
        this.sizes();
        this.defaults();
        this.recommended();
    }

    get model() {
        return this.models.find((model) => model.id === find("model").value) ?? this.models[0];
    }

    prompt() {
        return find("prompt").value.trim();
    }

    /** What the steps are recommended for. */
    question() {
        const question = { prompt: this.prompt().slice(0, 1000), model: this.model.id, panorama: String(find("panorama").checked) };
        if (find("scheduler").value) {
            question.scheduler = find("scheduler").value;
        }
        if (!find("steps-auto").checked && find("steps").value) {
            question.fixed = find("steps").value;
        }
        return question;
    }

    request() {
        const request = { prompt: this.prompt(), panorama: find("panorama").checked, n: Number(find("count").value) || 1 };
        if (this.models.length > 1) {
            request.model = this.model.id;
        }
        request.steps = find("steps-auto").checked || !find("steps").value ? "auto" : Number(find("steps").value);
        if (find("scheduler").value) {
            request.scheduler = find("scheduler").value;
        }
        if (this.guidanceTouched) {
            request.guidance = Number(find("guidance").value);
        }
        if (find("seed").value !== "") {
            request.seed = Number(find("seed").value);
        }
        if (find("size").value) {
            request.size = find("size").value;
        }
        if (find("negative").value.trim()) {
            request.negative_prompt = find("negative").value.trim();
        }
        return request;
    }

    example({ prompt, panorama = false }) {
        find("prompt").value = prompt;
        find("panorama").checked = panorama;
        this.sizes();
        this.defaults();
        this.grow();
        this.clear();
        this.recommended();
        find("prompt").focus();
    }

    /** The settings of a finished picture, to use again. */
    use(image) {
        find("prompt").value = image.prompt;
        find("panorama").checked = image.panorama;
        if (this.models.some((model) => model.id === image.model)) {
            find("model").value = image.model;
        }
        this.sizes(`${image.width}x${image.height}`);
        find("negative").value = image.negative_prompt;
        find("seed").value = image.seed;
        find("count").value = 1;
        find("steps-auto").checked = false;
        find("steps").disabled = false;
        find("steps").value = image.steps;
        find("guidance").value = image.guidance;
        this.guidanceTouched = true;
        this.showGuidance();
        const scheduler = image.scheduler === this.model.defaults.scheduler ? "" : image.scheduler;
        if (![...find("scheduler").options].some((option) => option.value === scheduler)) {
            find("scheduler").append(el("option", { value: scheduler }, scheduler));
        }
        find("scheduler").value = scheduler;
        this.fold(false);
        this.grow();
        this.clear();
        this.recommended();
        find("prompt").focus();
    }

    fold(folded) {
        find("options").hidden = folded;
        find("more").setAttribute("aria-expanded", String(!folded));
    }

    sizes(chosen = "") {
        const panorama = find("panorama").checked;
        const { defaults, limits } = this.model;
        const [width, height] = (panorama ? defaults.panorama_size : defaults.size).split("x").map(Number);
        const select = find("size");
        select.replaceChildren(el("option", { value: "" }, `${width} × ${height}, default`));
        // The model's own size, and around it; beyond that its upscaler helps.
        const own = (panorama ? defaults.panorama_enlarge : defaults.enlarge) ? limits.enlarge : 1;
        const offered = SIZES.map((scale) => [Math.round(width / own * scale), Math.round(height / own * scale)]);
        if (!panorama) {
            offered.push([Math.round(width / own * 1.5), height / own], [width / own, Math.round(height / own * 1.5)]);
        }
        offered.push([width / own * limits.enlarge, height / own * limits.enlarge]);
        for (const [w, h] of offered) {
            const fits = w % limits.size_multiple === 0 && h % limits.size_multiple === 0 && Math.max(w, h) <= limits.side;
            const there = [...select.options].some((option) => option.value === `${w}x${h}`);
            if (fits && !there && !(w === width && h === height)) {
                select.append(el("option", { value: `${w}x${h}` }, `${w} × ${h}`));
            }
        }
        if (chosen && chosen !== `${width}x${height}`) {
            if (![...select.options].some((option) => option.value === chosen)) {
                select.append(el("option", { value: chosen }, chosen.replace("x", " × ")));
            }
            select.value = chosen;
        }
    }

    /** What the model recommends, where nothing else was chosen. */
    defaults() {
        const { defaults, limits } = this.model;
        if (!this.guidanceTouched) {
            find("guidance").value = find("panorama").checked ? defaults.panorama_guidance : defaults.guidance;
        }
        find("steps").max = limits.steps;
        find("steps").placeholder = defaults.steps;
        if (!find("steps").value) {
            find("steps").value = defaults.steps;
        }
        find("count").max = limits.n;
        this.showGuidance();
    }

    showGuidance() {
        const guidance = find("guidance");
        find("guidance-value").textContent = guidance.value;
        guidance.style.setProperty("--share", `${100 * (guidance.value - guidance.min) / (guidance.max - guidance.min)}%`);
    }

    /** The box is as high as its words, where the browser does not see to that by itself. */
    grow() {
        if (!CSS.supports("field-sizing", "content")) {
            const prompt = find("prompt");
            prompt.style.height = "auto";
            prompt.style.height = `${prompt.scrollHeight}px`;
        }
    }

    problem(message, param = null) {
        const place = find("problem");
        place.textContent = message;
        place.hidden = false;
        const field = param && FIELDS[param] ? find(FIELDS[param]) : null;
        if (field) {
            if (find("options").contains(field)) {
                this.fold(false);
            }
            field.setAttribute("aria-invalid", "true");
            field.focus();
        }
    }

    clear() {
        find("problem").hidden = true;
        this.form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
    }

    busy(busy) {
        find("go").disabled = busy;
        find("go").textContent = busy ? "Forming…" : "Imagine";
    }
}
