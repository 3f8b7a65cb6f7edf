// Which point of the scene lies under a pixel: the layers are drawn once more, that one pixel only, with positions as colours.
import * as THREE from "./three.module.min.js";

export class Picker {
    #renderer;
    #layers;
    #scene = new THREE.Scene();
    #target = new THREE.WebGLRenderTarget(1, 1, {
        type: THREE.FloatType, format: THREE.RGBAFormat, minFilter: THREE.NearestFilter, magFilter: THREE.NearestFilter, generateMipmaps: false,
    });

    constructor(renderer, layers) {
        this.#renderer = renderer;
        this.#layers = layers;
    }

    /** @param x, y in CSS pixels of a window `width` x `height` @returns the true position (Vector3) or null where there is nothing */
    pick(camera, x, y, width, height) {
        const renderer = this.#renderer;
        const home = this.#layers.group.parent;
        const values = new Float32Array(4);
        camera.setViewOffset(width, height, x - 0.5, y - 0.5, 1, 1);
        this.#scene.add(this.#layers.group);
        renderer.setRenderTarget(this.#target);
        try {
            renderer.setClearColor(0x000000, 0);
            renderer.clear();
            this.#layers.asPositions(() => renderer.render(this.#scene, camera));
            renderer.readRenderTargetPixels(this.#target, 0, 0, 1, 1, values);
        } finally {
            renderer.setRenderTarget(null);
            camera.clearViewOffset();
            home?.add(this.#layers.group);
        }
        return values[3] > 0.5 ? new THREE.Vector3(values[0], values[1], values[2]) : null;
    }
}
