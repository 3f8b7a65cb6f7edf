// Fewer pixels while moving if the graphics cannot keep up; every pixel once the picture rests.

const SLOW = 1 / 34;
const FAST = 1 / 55;

export class Quality {
    #scale = 1;
    #mean = 1 / 60;
    #last = 0;
    #hold = 0;

    /** Called before a frame. @returns the share of the full resolution to draw it with */
    scale(moving, now) {
        if (!moving) {
            this.#last = 0;
            return 1;
        }
        if (this.#last !== 0) {
            this.#mean += 0.15 * (Math.min((now - this.#last) / 1000, 0.25) - this.#mean);
            if (--this.#hold < 0 && this.#mean > SLOW && this.#scale > 0.36) {
                this.#scale *= 0.8;
                this.#hold = 8;
            } else if (this.#hold < -60 && this.#mean < FAST && this.#scale < 1) {
                this.#scale = Math.min(1, this.#scale * 1.15);
                this.#hold = 8;
            }
        }
        this.#last = now;
        return this.#scale;
    }
}
