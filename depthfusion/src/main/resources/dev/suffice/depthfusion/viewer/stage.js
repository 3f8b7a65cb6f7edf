// The scene, the camera and the drawing of a frame.
import * as THREE from "./three.module.min.js";
import { Layers } from "./layers.js";
import { Backdrop } from "./backdrop.js";
import { Picker } from "./pick.js";
import { View } from "./view.js";
import { Pose } from "./pose.js";
import { Parallax } from "./parallax.js";
import { Quality } from "./quality.js";
import { Loop } from "./loop.js";
import { framing } from "./framing.js";
import { drawStereo } from "./stereo.js";
import { DamagedScene } from "./scene-data.js";

const SAFE = 0.35; // the eye goes this share of the way to the nearest things

export class NoGraphics extends Error {}

export class Stage {
    #canvas;
    #distances;
    #description;
    #scene = new THREE.Scene();
    #quality = new Quality();
    #picker;
    #decoding;
    #ratio = 0;
    #drawnFor = [];
    stereo = false;
    worn = false;
    camera = new THREE.PerspectiveCamera(75, 1, 0.05, 1000);
    world = new THREE.Group();

    /**
     * @param canvas where to draw
     * @param description of readScene
     * @param layers of parseGlb, background first
     * @param distances of measureDistances
     */
    constructor(canvas, description, layers, distances) {
        this.#canvas = canvas;
        this.#description = description;
        this.#distances = distances;
        try {
            this.renderer = new THREE.WebGLRenderer({ canvas, antialias: !drawnInSoftware(), alpha: false, powerPreference: "high-performance" });
        } catch (error) {
            throw new NoGraphics(error.message);
        }
        this.renderer.outputColorSpace = THREE.LinearSRGBColorSpace; // the shaders pass the picture's own values through
        this.renderer.setClearColor(0x0b0d11, 1);
        this.view = this.#newView();
        this.pose = new Pose(this.view);
        this.pose.centre.set(0, description.panorama ? -0.12 * this.#limit : 0, description.panorama ? 0 : -0.62 * this.#limit);
        this.parallax = new Parallax(this.view);
        this.loop = new Loop((moving) => this.#draw(moving));
        this.loop.add((seconds) => this.view.tick(seconds));
        this.loop.add((seconds) => this.pose.tick(seconds));
        this.loop.add((seconds) => this.parallax.tick(seconds, this.camera, this.pose.sway));
        this.#decoding = layers;
    }

    /** Decodes the pictures and puts the meshes up. */
    async build() {
        const most = this.renderer.capabilities.maxTextureSize;
        for (const layer of this.#decoding) {
            layer.bitmap = await decoded(layer, most);
        }
        const anisotropy = Math.min(8, this.renderer.capabilities.getMaxAnisotropy());
        this.layers = new Layers(this.#decoding, this.#distances, this.#description, anisotropy);
        this.backdrop = new Backdrop(this.#decoding[0].bitmap, this.#description);
        this.world.add(this.backdrop.mesh, this.layers.group);
        this.#scene.add(this.world);
        this.#picker = new Picker(this.renderer, this.layers);
        this.#decoding = [];
        this.resize();
        this.settings();
    }

    get size() {
        return { width: this.#canvas.clientWidth || 1, height: this.#canvas.clientHeight || 1 };
    }

    /** Called after each frame with the camera and the size. */
    onDrawn(listener) {
        this.#drawnFor.push(listener);
    }

    #newView() {
        const { width, height } = this.size;
        const frame = framing(this.#description, width / height);
        const { far } = this.#distances;
        const orbit = this.#description.panorama
            ? { azimuth: 0.5, elevation: 0.66, distance: (far > this.#limit ? 3.1 : 2.5) * this.#limit }
            : { azimuth: -0.42, elevation: 0.2, distance: 1.3 * this.#limit };
        return new View({ ...frame.limits, radius: this.#radius(1) }, { fov: frame.fov, orbit });
    }

    /** Seen from outside, nothing is farther than this: a sky does not hide the valley below it. */
    get #limit() {
        const { around, far } = this.#distances;
        return Math.min(1.05 * far, (this.#description.panorama ? 3.2 : 2.2) * around);
    }

    /** How far the eye may go: what the scene says, less where a greater strength brings things nearer. */
    #radius(strength) {
        const { close } = this.#distances;
        const told = this.#description.safeRadiusMetres;
        const radius = told > 0 ? Math.min(told, 0.8 * close) : SAFE * close;
        return radius * Math.min(this.#shown(close, strength) / close, 1);
    }

    #shown(distance, strength) {
        return this.#distances.median * (distance / this.#distances.median) ** strength;
    }

    resize() {
        const { width, height } = this.size;
        const frame = framing(this.#description, width / height);
        this.view.frame({ fov: frame.fov }, frame.limits);
        this.#ratio = 0;
        this.loop.invalidate();
    }

    /** Takes over what was set: mode, strength, inside or outside. */
    settings() {
        this.layers.show(this.view.mode);
        this.view.frame({}, { radius: this.#radius(this.view.strength) });
        this.loop.invalidate();
    }

    /** The unit vector of looking. */
    direction() {
        return this.camera.getWorldDirection(new THREE.Vector3()).toArray();
    }

    /** The point of the scene at a place of the window, or null. */
    pick(x, y) {
        const { width, height } = this.size;
        this.pose.apply(this.camera, width / height);
        this.#planes();
        this.layers.cull(this.pose.away > 0 ? null : this.camera);
        return this.#picker.pick(this.camera, x, y, width, height);
    }

    #planes() {
        const { strength } = this.view.now;
        const away = this.pose.away;
        const nearest = this.#shown(this.#distances.least, strength);
        this.camera.near = away > 0 ? Math.max(0.01, 0.02 * this.#distances.median) : Math.max(0.005, 0.3 * nearest);
        this.camera.far = 2 * this.#shown(this.#distances.greatest, Math.max(strength, 0)) + 4 * this.view.now.orbit.distance;
        this.camera.updateProjectionMatrix();
    }

    #draw(moving) {
        const { width, height } = this.size;
        const { renderer, camera, view, pose } = this;
        const outside = pose.away > 0;
        this.layers.strength = view.now.strength;
        this.layers.outside(outside ? this.#limit : null);
        this.backdrop.first = this.layers.soft || view.mode === "mesh";
        this.backdrop.plain = outside ? pose.away > 0.12 : view.mode !== "colour";
        this.parallax.enabled = !view.still && !outside && !this.stereo && pose.device === null;
        pose.apply(camera, width / height);
        this.#planes();
        this.layers.cull(outside || this.worn ? null : camera, this.stereo ? view.radius : 0);
        if (this.worn) {
            renderer.render(this.#scene, camera);
            return;
        }
        const scale = this.#quality.scale(moving, performance.now());
        this.layers.fast = scale < 1;
        const ratio = Math.min(window.devicePixelRatio || 1, 2) * scale;
        if (ratio !== this.#ratio) {
            this.#ratio = ratio;
            renderer.setPixelRatio(ratio);
            renderer.setSize(width, height, false);
        }
        if (this.stereo) {
            drawStereo(renderer, this.#scene, camera, width, height, view.radius);
        } else {
            renderer.render(this.#scene, camera);
        }
        this.#drawnFor.forEach((listener) => listener(camera, width, height));
    }
}

/** Whether the processor draws instead of a graphics card: then every sample counts. */
function drawnInSoftware() {
    const context = document.createElement("canvas").getContext("webgl2");
    const names = context?.getExtension("WEBGL_debug_renderer_info");
    const name = names ? String(context.getParameter(names.UNMASKED_RENDERER_WEBGL)) : "";
    context?.getExtension("WEBGL_lose_context")?.loseContext();
    return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
}

async function decoded(layer, most) {
    const options = { premultiplyAlpha: "premultiply", colorSpaceConversion: "none" };
    let bitmap;
    try {
        bitmap = await createImageBitmap(layer.image, options);
    } catch {
        throw new DamagedScene(`The picture of layer "${layer.name}" cannot be decoded.`);
    }
    const scale = most / Math.max(bitmap.width, bitmap.height);
    if (scale >= 1) {
        return bitmap;
    }
    const size = { resizeWidth: Math.floor(bitmap.width * scale), resizeHeight: Math.floor(bitmap.height * scale), resizeQuality: "high" };
    bitmap.close();
    return createImageBitmap(layer.image, { ...options, ...size });
}
