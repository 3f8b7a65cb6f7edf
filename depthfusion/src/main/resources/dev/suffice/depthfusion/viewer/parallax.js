// While no button is pressed the eye follows the pointer a little, and the picture shows its depth.
import * as THREE from "./three.module.min.js";

const SHARE = 0.45; // of the safe radius, at the border of the window

export class Parallax {
    #view;
    #goal = new THREE.Vector2();
    #now = new THREE.Vector2();
    #axis = new THREE.Vector3();
    /** Off with reduced motion, in stereo and from outside. */
    enabled = true;

    constructor(view) {
        this.#view = view;
    }

    /** @param x, y -1 to 1 across the window, y up */
    point(x, y) {
        this.#goal.set(x, y);
    }

    /** Comes in from the side, so that the depth is seen at once. */
    enter() {
        if (!this.#view.still) {
            this.#now.set(-1, 0.4);
        }
    }

    centre() {
        this.#goal.set(0, 0);
    }

    /** Writes the movement of the eye into `sway`. @returns whether it still moves */
    tick(seconds, camera, sway) {
        const x = this.enabled ? this.#goal.x : 0;
        const y = this.enabled ? this.#goal.y : 0;
        const share = this.#view.still ? 1 : 1 - Math.exp(-3 * seconds);
        this.#now.x += (x - this.#now.x) * share;
        this.#now.y += (y - this.#now.y) * share;
        const moving = Math.hypot(x - this.#now.x, y - this.#now.y) > 0.004;
        if (!moving) {
            this.#now.set(x, y);
        }
        const reach = SHARE * this.#view.radius;
        sway.setFromMatrixColumn(camera.matrixWorld, 0).multiplyScalar(this.#now.x * reach);
        sway.add(this.#axis.setFromMatrixColumn(camera.matrixWorld, 1).multiplyScalar(this.#now.y * reach * 0.6));
        return moving;
    }
}
