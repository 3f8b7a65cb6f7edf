// Keys: held ones move evenly, single ones act once.

const HELD = {
    ArrowLeft: { yaw: -1 }, ArrowRight: { yaw: 1 }, ArrowUp: { pitch: 1 }, ArrowDown: { pitch: -1 },
    KeyA: { right: -1 }, KeyD: { right: 1 }, KeyW: { forward: 1 }, KeyS: { forward: -1 }, KeyE: { up: 1 }, KeyQ: { up: -1 },
};

export class Keyboard {
    #held = new Set();
    #since = new Map();

    /**
     * @param actions functions by key (`event.key`, lower case)
     * @param move called with the movement that a first press makes
     * @param wake called when a held key needs frames
     */
    constructor(actions, move, wake) {
        window.addEventListener("keydown", (event) => {
            if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target, event.key)) {
                return;
            }
            const held = HELD[event.code];
            if (held) {
                event.preventDefault();
                if (!event.repeat) {
                    this.#held.add(event.code);
                    this.#since.set(event.code, 0);
                    move(scaled(held, 1));
                }
                wake();
                return;
            }
            const action = actions[event.key.toLowerCase()];
            if (action && !(event.repeat && !action.repeats)) {
                event.preventDefault();
                action(event);
            }
        });
        window.addEventListener("keyup", (event) => this.#held.delete(event.code));
        window.addEventListener("blur", () => this.#held.clear());
    }

    /** The movement of the held keys in `seconds`, in single steps, or null. */
    movement(seconds) {
        if (this.#held.size === 0) {
            return null;
        }
        const sum = { yaw: 0, pitch: 0, right: 0, up: 0, forward: 0 };
        for (const code of this.#held) {
            const age = this.#since.get(code) + seconds;
            this.#since.set(code, age);
            if (age > 0.18) {
                for (const [key, value] of Object.entries(scaled(HELD[code], seconds * 9))) {
                    sum[key] += value;
                }
            }
        }
        return sum;
    }
}

function scaled(movement, factor) {
    return Object.fromEntries(Object.entries({ yaw: 0, pitch: 0, right: 0, up: 0, forward: 0, ...movement })
        .map(([key, value]) => [key, value * factor]));
}

/** Whether the focused element has its own use for a key. */
function typing(target, key) {
    if (!(target instanceof Element)) {
        return false;
    }
    if (target.closest("input[type='text'], textarea, [contenteditable]")) {
        return true;
    }
    return target.closest("input[type='range'], input[type='radio']") !== null && (key.startsWith("Arrow") || key === "Home" || key === "End" || key === " ");
}
