// Fewer pixels while moving if the graphics cannot keep up; every pixel once the picture rests.

const GOAL = 1 / 36;
const SLOW = 1 / 25;
const FAST = 1 / 55;
const LEAST = 0.35;

export class Quality {
    #scale = 1;
    #mean = GOAL;
    #last = 0;
    #frames = 0;

    /** Called before a frame. @returns the share of the full resolution to draw it with */
    scale(moving, now) {
        if (!moving) {
            this.#last = 0;
            this.#frames = 0;
            return 1;
        }
        if (this.#last !== 0) {
            this.#mean += 0.3 * (Math.min((now - this.#last) / 1000, 0.5) - this.#mean);
            this.#frames++;
            if (this.#frames >= 4 && this.#mean > SLOW && this.#scale > LEAST) {
                // the time of a frame goes mostly with its pixels, the square of the scale
                this.#set(this.#scale * Math.max(Math.sqrt(GOAL / this.#mean), 0.5));
            } else if (this.#frames > 90 && this.#mean < FAST && this.#scale < 1) {
                this.#set(this.#scale * 1.15);
            }
        }
        this.#last = now;
        return this.#scale;
    }

    #set(scale) {
        this.#scale = Math.min(Math.max(scale, LEAST), 1);
        this.#mean = GOAL;
        this.#frames = 0;
    }
}
