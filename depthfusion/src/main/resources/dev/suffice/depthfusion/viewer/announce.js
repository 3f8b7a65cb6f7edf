// Says what changed: to screen readers through a live region, and for a moment on the screen.

export class Announcer {
    #live;
    #toast;
    #timer = 0;
    #hide = 0;

    constructor(live, toast) {
        this.#live = live;
        this.#toast = toast;
    }

    /** Spoken and shown. */
    say(text) {
        this.#toast.textContent = text;
        this.#toast.classList.add("shown");
        clearTimeout(this.#hide);
        this.#hide = setTimeout(() => this.#toast.classList.remove("shown"), Math.max(1600, text.length * 55));
        this.whisper(text, 0);
    }

    /** Spoken only, and only the last of many. */
    whisper(text, delay = 500) {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => { this.#live.textContent = text; }, delay);
    }
}
