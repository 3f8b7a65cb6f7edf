// Draws only when something changes: a still picture costs no battery.

/** Calls `draw` once per display frame while somebody asks for it. */
export class Loop {
    #draw;
    #movers = [];
    #scheduled = false;
    #last = 0;
    #waiting = [];
    #awaiting = [];
    #paused = false;
    frames = 0;

    /** @param draw called with `moving`: whether another frame follows */
    constructor(draw) {
        this.#draw = draw;
    }

    /** @param mover called before each frame with the seconds since the last; true while it still moves */
    add(mover) {
        this.#movers.push(mover);
    }

    /** Asks for a frame. */
    invalidate() {
        if (!this.#scheduled && !this.#paused) {
            this.#scheduled = true;
            requestAnimationFrame((now) => this.#frame(now));
        }
    }

    /** Runs the movers and draws, outside of the display's frames too (a headset has its own). */
    step(now) {
        const seconds = this.#last === 0 ? 1 / 60 : Math.min((now - this.#last) / 1000, 0.25);
        this.#last = now;
        let moving = false;
        for (const mover of this.#movers) {
            moving = mover(seconds) || moving;
        }
        this.frames++;
        this.#draw(moving);
        return moving;
    }

    /** While paused no frame is drawn by this loop: somebody else calls `step`. */
    pause(paused) {
        this.#paused = paused;
        this.#last = 0;
        if (!paused) {
            this.invalidate();
        }
    }

    /** A promise for the next frame. */
    drawn() {
        this.invalidate();
        return new Promise((resolve) => this.#awaiting.push(resolve));
    }

    /** A promise for the moment when nothing moves any more. */
    settled() {
        return this.#scheduled ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve();
    }

    #frame(now) {
        this.#scheduled = false;
        if (this.#paused) {
            return;
        }
        if (this.step(now)) {
            this.invalidate();
        }
        this.#awaiting.splice(0).forEach((resolve) => resolve());
        if (!this.#scheduled) {
            this.#last = 0;
            this.#waiting.splice(0).forEach((resolve) => resolve());
        }
    }
}
