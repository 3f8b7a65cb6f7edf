// The phone in the hand as a window: its turn becomes the turn of the camera.
import * as THREE from "./three.module.min.js";

const RADIANS = Math.PI / 180;
// the camera looks out of the back of the phone, not out of its top
const OUT_OF_THE_BACK = new THREE.Quaternion(-Math.SQRT1_2, 0, 0, Math.SQRT1_2);
const SCREEN_AXIS = new THREE.Vector3(0, 0, 1);

export class DeviceMotion {
    #moved;
    #listener = (event) => this.#turn(event);
    #euler = new THREE.Euler();
    #screen = new THREE.Quaternion();
    quaternion = null;

    /** @param moved called after each turn, with whether it is the first */
    constructor(moved) {
        this.#moved = moved;
    }

    static get offered() {
        return "DeviceOrientationEvent" in window && matchMedia("(pointer: coarse)").matches;
    }

    /** Asks for permission where the system wants to be asked. @returns "on", "denied" or "silent" (no sensor answers) */
    async start() {
        const ask = window.DeviceOrientationEvent?.requestPermission;
        if (ask) {
            try {
                if (await ask.call(window.DeviceOrientationEvent) !== "granted") {
                    return "denied";
                }
            } catch {
                return "denied";
            }
        }
        window.addEventListener("deviceorientation", this.#listener);
        for (let waited = 0; waited < 1200 && this.quaternion === null; waited += 50) {
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        if (this.quaternion === null) {
            this.stop();
            return "silent";
        }
        return "on";
    }

    stop() {
        window.removeEventListener("deviceorientation", this.#listener);
        this.quaternion = null;
    }

    /** The heading of the phone in radians, right positive. */
    get heading() {
        const forward = new THREE.Vector3(0, 0, -1).applyQuaternion(this.quaternion);
        return Math.atan2(forward.x, -forward.z);
    }

    #turn(event) {
        if (event.alpha === null || event.beta === null || event.gamma === null) {
            return;
        }
        const first = this.quaternion === null;
        const angle = (window.screen.orientation?.angle ?? window.orientation ?? 0) * RADIANS;
        this.quaternion ??= new THREE.Quaternion();
        this.quaternion.setFromEuler(this.#euler.set(event.beta * RADIANS, event.alpha * RADIANS, -event.gamma * RADIANS, "YXZ"));
        this.quaternion.multiply(OUT_OF_THE_BACK);
        this.quaternion.multiply(this.#screen.setFromAxisAngle(SCREEN_AXIS, -angle));
        this.#moved(first);
    }
}
