// Where one stands and looks. Yaw 0, pitch 0 is the centre of the picture (-Z); positive yaw turns right, positive pitch up, both in
// radians. `fov` is vertical, in degrees. The eye stays within a sphere around the place the picture was taken from.

const TURN = 2 * Math.PI;
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

export const MODES = ["colour", "depth", "mesh"];

/** The present view and the one it moves towards. Fires "change" when a setting (not the mere direction) changes. */
export class View extends EventTarget {
    #limits;
    #home;
    #speed = { yaw: 0, pitch: 0 };
    #framed = true;
    now;
    goal;
    mode = "colour";
    outside = false;
    /** Reduced motion: no easing, no inertia. */
    still = false;

    /**
     * @param limits `{yaw, pitch, fovLeast, fovMost, radius}`: the farthest yaw and pitch, the range of the field of view, and how far
     *     the eye may go
     * @param home `{fov, orbit}`: the view to start from
     */
    constructor(limits, home) {
        super();
        this.#limits = limits;
        this.#home = home;
        this.now = start(home);
        this.goal = start(home);
    }

    get radius() {
        return this.#limits.radius;
    }

    /** Turns at once, as under a finger. */
    drag(yaw, pitch) {
        this.#speed = { yaw: 0, pitch: 0 };
        this.look(yaw, pitch);
        this.now.yaw = this.goal.yaw;
        this.now.pitch = this.goal.pitch;
    }

    /** Turns smoothly. */
    look(yaw, pitch) {
        this.goal.yaw = clamp(this.goal.yaw + yaw, -this.#limits.yaw, this.#limits.yaw);
        this.goal.pitch = clamp(this.goal.pitch + pitch, -this.#limits.pitch, this.#limits.pitch);
    }

    /** Goes on turning after a finger has left, ever slower; radians per second. */
    fling(yaw, pitch) {
        if (!this.still) {
            this.#speed = { yaw, pitch };
        }
    }

    halt() {
        this.#speed = { yaw: 0, pitch: 0 };
    }

    /** @param factor above 1 = nearer */
    zoom(factor) {
        if (this.outside) {
            const { orbit } = this.goal;
            orbit.distance = clamp(orbit.distance / factor, this.#home.orbit.distance * 0.25, this.#home.orbit.distance * 3);
        } else {
            this.#framed = false;
            const tangent = Math.tan(this.goal.fov * Math.PI / 360) / factor;
            this.goal.fov = clamp(Math.atan(tangent) * 360 / Math.PI, this.#limits.fovLeast, this.#limits.fovMost);
        }
    }

    /** Steps in the direction of looking, in parts of the safe radius: right, up, forward. */
    walk(right, up, forward) {
        const { yaw } = this.goal;
        const size = this.#limits.radius;
        const eye = this.goal.eye;
        const [x, y, z] = [
            eye[0] + size * (right * Math.cos(yaw) + forward * Math.sin(yaw)),
            eye[1] + size * up,
            eye[2] + size * (right * Math.sin(yaw) - forward * Math.cos(yaw)),
        ];
        const far = Math.hypot(x, y, z) / size;
        this.goal.eye = far > 1 ? [x / far, y / far, z / far] : [x, y, z];
    }

    orbit(azimuth, elevation) {
        this.goal.orbit.azimuth += azimuth;
        this.goal.orbit.elevation = clamp(this.goal.orbit.elevation + elevation, -1.45, 1.45);
    }

    set strength(strength) {
        this.goal.strength = clamp(strength, 0, 2);
        this.#changed("strength");
    }

    get strength() {
        return this.goal.strength;
    }

    show(mode) {
        this.mode = mode;
        this.#changed("mode");
    }

    goOutside(outside) {
        this.outside = outside;
        this.halt();
        this.#changed("outside");
    }

    /** The picture's frame at a new window size: followed until one has zoomed. */
    frame(home, limits) {
        this.#home = { ...this.#home, ...home };
        this.#limits = { ...this.#limits, ...limits };
        if (this.#framed) {
            this.goal.fov = this.now.fov = this.#home.fov;
        } else {
            this.goal.fov = clamp(this.goal.fov, this.#limits.fovLeast, this.#limits.fovMost);
        }
    }

    reset() {
        const { strength } = this.goal;
        const turns = Number.isFinite(this.#limits.yaw) ? 0 : Math.round(this.now.yaw / TURN) * TURN;
        this.halt();
        this.#framed = true;
        this.goal = { ...start(this.#home), strength };
        this.goal.yaw = turns;
        this.goal.orbit.azimuth += Math.round((this.now.orbit.azimuth - this.#home.orbit.azimuth) / TURN) * TURN;
    }

    /** Degrees and rounded, as links and readers want it. */
    snapshot() {
        const { yaw, pitch, fov, eye, strength, orbit } = this.goal;
        const degrees = yaw * 180 / Math.PI;
        return {
            yaw: degrees - 360 * Math.round(degrees / 360), pitch: pitch * 180 / Math.PI, fov, eye: [...eye], strength,
            mode: this.mode, outside: this.outside,
            orbit: { azimuth: orbit.azimuth * 180 / Math.PI, elevation: orbit.elevation * 180 / Math.PI, distance: orbit.distance },
        };
    }

    /** Takes up a snapshot, or the parts of one, at once. */
    restore(saved) {
        const { goal } = this;
        this.halt();
        if (saved.strength !== undefined) {
            this.strength = saved.strength; // first: the safe radius depends on it
        }
        if (saved.yaw !== undefined) {
            goal.yaw = clamp(saved.yaw * Math.PI / 180, -this.#limits.yaw, this.#limits.yaw);
        }
        if (saved.pitch !== undefined) {
            goal.pitch = clamp(saved.pitch * Math.PI / 180, -this.#limits.pitch, this.#limits.pitch);
        }
        if (saved.fov !== undefined) {
            this.#framed = false;
            goal.fov = clamp(saved.fov, this.#limits.fovLeast, this.#limits.fovMost);
        }
        if (saved.eye !== undefined) {
            const far = Math.max(1, Math.hypot(...saved.eye) / this.#limits.radius);
            goal.eye = saved.eye.map((value) => value / far);
        }
        if (saved.orbit !== undefined) {
            goal.orbit = {
                azimuth: saved.orbit.azimuth * Math.PI / 180,
                elevation: clamp(saved.orbit.elevation * Math.PI / 180, -1.45, 1.45),
                distance: clamp(saved.orbit.distance, this.#home.orbit.distance * 0.25, this.#home.orbit.distance * 3),
            };
        }
        if (saved.mode !== undefined) {
            this.show(saved.mode);
        }
        if (saved.outside !== undefined) {
            this.goOutside(saved.outside);
        }
        this.now = structuredClone(goal);
    }

    /** Moves towards the goal. @returns whether it still moves */
    tick(seconds) {
        const { now, goal } = this;
        const speed = this.#speed;
        if (speed.yaw !== 0 || speed.pitch !== 0) {
            this.look(speed.yaw * seconds, speed.pitch * seconds);
            now.yaw = goal.yaw;
            now.pitch = goal.pitch;
            const slower = Math.exp(-4.2 * seconds);
            speed.yaw *= slower;
            speed.pitch *= slower;
            if (Math.hypot(speed.yaw, speed.pitch) < 0.01) {
                this.halt();
            }
        }
        if (this.still) {
            this.now = structuredClone(goal);
            return false;
        }
        const share = 1 - Math.exp(-11 * seconds);
        let moving = this.#speed.yaw !== 0 || this.#speed.pitch !== 0;
        const ease = (object, target, key, close) => {
            const gap = target[key] - object[key];
            if (Math.abs(gap) < close) {
                object[key] = target[key];
            } else {
                object[key] += gap * share;
                moving = true;
            }
        };
        ease(now, goal, "yaw", 2e-4);
        ease(now, goal, "pitch", 2e-4);
        ease(now, goal, "fov", 0.02);
        ease(now, goal, "strength", 1e-3);
        for (let i = 0; i < 3; i++) {
            ease(now.eye, goal.eye, i, this.#limits.radius * 1e-3);
        }
        ease(now.orbit, goal.orbit, "azimuth", 5e-4);
        ease(now.orbit, goal.orbit, "elevation", 5e-4);
        ease(now.orbit, goal.orbit, "distance", goal.orbit.distance * 1e-3);
        return moving;
    }

    #changed(what) {
        this.dispatchEvent(new CustomEvent("change", { detail: what }));
    }
}

function start(home) {
    return { yaw: 0, pitch: 0, fov: home.fov, eye: [0, 0, 0], strength: 1, orbit: { ...home.orbit } };
}
