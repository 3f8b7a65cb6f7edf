// Turns by itself: round and round in a panorama, to and fro in front of a picture, around it from outside.

const RESUME = 2.5; // seconds after the last touch

export class AutoRotate {
    #view;
    #panorama;
    #rest = 0;
    #phase = 0;
    enabled = false;

    constructor(view, panorama) {
        this.#view = view;
        this.#panorama = panorama;
    }

    /** Somebody looks around: wait. */
    touched() {
        this.#rest = RESUME;
    }

    tick(seconds) {
        if (!this.enabled) {
            return false;
        }
        if (this.#rest > 0) {
            this.#rest -= seconds;
            return true;
        }
        const speed = 0.09;
        if (this.#view.outside) {
            this.#view.orbit(speed * 1.6 * seconds, 0);
        } else if (this.#panorama) {
            this.#view.look(speed * seconds, 0);
        } else {
            this.#phase += seconds * 0.7;
            this.#view.walk(Math.cos(this.#phase) * seconds * 0.5, 0, 0);
        }
        return true;
    }
}
