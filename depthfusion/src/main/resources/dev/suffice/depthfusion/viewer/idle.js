// The interface withdraws when nobody touches it, and comes back at the first movement.

const SECONDS = 3.6;

export class Idle {
    #root;
    #timer = 0;
    #busy;

    /** @param busy tells whether the interface must stay: an open panel, keyboard focus, a measurement */
    constructor(root, busy) {
        this.#root = root;
        this.#busy = busy;
        for (const type of ["pointermove", "pointerdown", "keydown", "focusin", "wheel", "touchstart"]) {
            window.addEventListener(type, () => this.wake(), { passive: true, capture: true });
        }
        this.wake();
    }

    wake() {
        delete this.#root.dataset.idle;
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#sleep(), SECONDS * 1000);
    }

    #sleep() {
        if (this.#busy()) {
            this.wake();
        } else {
            this.#root.dataset.idle = "";
        }
    }
}
