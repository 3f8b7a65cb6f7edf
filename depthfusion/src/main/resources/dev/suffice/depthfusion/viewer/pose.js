// Turns a view into a camera: from inside, from outside, or on the way between both.
import * as THREE from "./three.module.min.js";

const OUTSIDE_FOV = 42;
const SECONDS = 1.1;

export class Pose {
    #view;
    #away = 0;
    #inside = new THREE.PerspectiveCamera();
    #orbiting = new THREE.PerspectiveCamera();
    #euler = new THREE.Euler(0, 0, 0, "YXZ");
    /** Where the orbit turns about. */
    centre = new THREE.Vector3();
    /** Added to the eye: the parallax of an idle hand, in metres. */
    sway = new THREE.Vector3();
    /** The turn of a phone in the hand, or null. */
    device = null;

    constructor(view) {
        this.#view = view;
    }

    /** 0 = inside, 1 = outside, between: on the way. */
    get away() {
        return this.#away;
    }

    /** Takes the place of the view at once, without the flight. */
    arrive() {
        this.#away = this.#view.outside ? 1 : 0;
    }

    /** @returns whether the flight goes on */
    tick(seconds) {
        const target = this.#view.outside ? 1 : 0;
        if (this.#view.still) {
            this.#away = target;
        }
        const gap = target - this.#away;
        this.#away += Math.sign(gap) * Math.min(Math.abs(gap), seconds / SECONDS);
        return this.#away !== target;
    }

    /** Sets position, direction and field of view of `camera`. */
    apply(camera, aspect) {
        const { now, radius } = this.#view;
        const inside = this.#inside;
        inside.position.fromArray(now.eye).add(this.sway);
        inside.position.clampLength(0, radius);
        if (this.device !== null) {
            inside.quaternion.setFromAxisAngle(UP, -now.yaw).multiply(this.device);
        } else {
            inside.quaternion.setFromEuler(this.#euler.set(now.pitch, -now.yaw, 0));
        }
        camera.aspect = aspect;
        if (this.#away === 0) {
            camera.position.copy(inside.position);
            camera.quaternion.copy(inside.quaternion);
            camera.fov = now.fov;
        } else {
            const share = smooth(this.#away);
            const { azimuth, elevation, distance } = now.orbit;
            // a tall window sees less across: step back
            const back = distance * Math.max(1, 0.95 / aspect);
            this.#orbiting.position.set(Math.sin(azimuth) * Math.cos(elevation), Math.sin(elevation), Math.cos(azimuth) * Math.cos(elevation))
                .multiplyScalar(back).add(this.centre);
            this.#orbiting.lookAt(this.centre);
            camera.position.lerpVectors(inside.position, this.#orbiting.position, share);
            camera.quaternion.slerpQuaternions(inside.quaternion, this.#orbiting.quaternion, share);
            camera.fov = now.fov + (OUTSIDE_FOV - now.fov) * share;
        }
        camera.updateProjectionMatrix();
        camera.updateMatrixWorld();
    }
}

const UP = new THREE.Vector3(0, 1, 0);

function smooth(t) {
    return t * t * t * (t * (6 * t - 15) + 10);
}
