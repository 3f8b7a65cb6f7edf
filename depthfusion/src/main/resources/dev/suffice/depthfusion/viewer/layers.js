// The meshes of the scene and how they are shown: colour, depth or wireframe, with a depth strength.
import * as THREE from "./three.module.min.js";
import { vertexShader, fragmentShader, COLOUR, DEPTH, SURFACE, LINES, POSITION } from "./layer-shader.js";
import { uniqueEdges } from "./edges.js";
import { rampBytes } from "./ramp.js";

const MODES = { colour: COLOUR, depth: DEPTH, mesh: SURFACE };

export class Layers {
    #parts = [];
    #shared;
    #lines = null;
    group = new THREE.Group();

    /**
     * @param layers of parseGlb with their decoded `bitmap`s, background first
     * @param distances of measureDistances
     * @param description of readScene
     * @param anisotropy what the graphics card offers
     */
    constructor(layers, distances, description, anisotropy) {
        const ramp = new THREE.DataTexture(rampBytes(256), 256, 1);
        ramp.minFilter = ramp.magFilter = THREE.LinearFilter;
        ramp.needsUpdate = true;
        this.#shared = {
            uStrength: { value: 1 }, uMedian: { value: distances.median }, uLimit: { value: 1e9 },
            uRamp: { value: ramp }, uRange: { value: new THREE.Vector2(distances.near, Math.max(distances.far, distances.near * 1.01)) },
            uFeather: { value: description.panorama ? 0 : 0.035 }, uFade: { value: 1 },
            uOutside: { value: 0 }, uCentre: { value: new THREE.Vector3() },
        };
        layers.forEach((layer, order) => this.#add(layer, order, description.panorama, anisotropy));
    }

    #add(layer, order, panorama, anisotropy) {
        const geometry = new THREE.BufferGeometry();
        geometry.setAttribute("position", new THREE.BufferAttribute(layer.positions, 3));
        geometry.setAttribute("uv", new THREE.BufferAttribute(layer.uvs, 2));
        geometry.setIndex(new THREE.BufferAttribute(layer.indices, 1));
        const map = new THREE.Texture(layer.bitmap);
        map.flipY = false;
        map.wrapS = panorama ? THREE.RepeatWrapping : THREE.ClampToEdgeWrapping;
        map.wrapT = THREE.ClampToEdgeWrapping;
        map.anisotropy = anisotropy;
        map.needsUpdate = true;
        const own = { uMap: { value: map }, uSize: { value: new THREE.Vector2(layer.bitmap.width, layer.bitmap.height) } };
        const material = this.#material(own, COLOUR, 0);
        const mesh = new THREE.Mesh(geometry, material);
        mesh.frustumCulled = false;
        mesh.renderOrder = 2 * order;
        this.group.add(mesh);
        this.#parts.push({ geometry, own, material, mesh });
    }

    #material(own, mode, pull) {
        return new THREE.ShaderMaterial({
            vertexShader, fragmentShader, side: THREE.DoubleSide, transparent: true,
            blending: THREE.CustomBlending, blendSrc: THREE.OneFactor, blendDst: THREE.OneMinusSrcAlphaFactor,
            uniforms: { ...this.#shared, ...own, uMode: { value: mode }, uPull: { value: pull } },
        });
    }

    /** @param mode "colour", "depth" or "mesh" */
    show(mode) {
        for (const { material } of this.#parts) {
            material.uniforms.uMode.value = MODES[mode];
        }
        if (mode === "mesh" && this.#lines === null) {
            this.#lines = this.#parts.map(({ geometry, own }, order) => this.#wireframe(geometry, own, order));
        }
        this.#lines?.forEach((lines) => { lines.visible = mode === "mesh"; });
    }

    #wireframe(geometry, own, order) {
        const edges = new THREE.BufferGeometry();
        edges.setAttribute("position", geometry.getAttribute("position"));
        edges.setAttribute("uv", geometry.getAttribute("uv"));
        edges.setIndex(new THREE.BufferAttribute(uniqueEdges(geometry.index.array, geometry.getAttribute("position").count), 1));
        const material = this.#material(own, LINES, 2e-5);
        material.depthWrite = false;
        const lines = new THREE.LineSegments(edges, material);
        lines.frustumCulled = false;
        lines.renderOrder = 2 * order + 1;
        this.group.add(lines);
        return lines;
    }

    /** @param strength 0 to 2 */
    set strength(strength) {
        this.#shared.uStrength.value = strength;
    }

    /** Where a point of the scene is drawn at the present strength; `target` receives it. */
    displaced(point, target) {
        const { uMedian, uStrength, uLimit } = this.#shared;
        const distance = Math.max(point.length(), 1e-4);
        let shown = uMedian.value * (distance / uMedian.value) ** uStrength.value;
        if (shown > uLimit.value) {
            shown = uLimit.value * (1 + 0.25 * (1 - uLimit.value / shown));
        }
        return target.copy(point).multiplyScalar(shown / distance);
    }

    /** @param fade 1 = as it is, 0 = black */
    set fade(fade) {
        this.#shared.uFade.value = fade;
    }

    /** @param limit the distance beyond which everything is drawn in, or null for the view from inside */
    outside(limit) {
        this.#shared.uOutside.value = limit === null ? 0 : 1;
        this.#shared.uLimit.value = limit ?? 1e9;
    }

    get range() {
        return this.#shared.uRange.value;
    }

    /** Calls `draw` while the layers write their true positions instead of colours. */
    asPositions(draw) {
        const kept = this.#parts.map(({ material }) => material.uniforms.uMode.value);
        const feather = this.#shared.uFeather.value;
        this.#shared.uFeather.value = 0;
        const lines = this.#lines?.map((line) => line.visible);
        this.#lines?.forEach((line) => { line.visible = false; });
        this.#parts.forEach(({ material }) => {
            material.uniforms.uMode.value = POSITION;
            material.blending = THREE.NoBlending;
        });
        try {
            draw();
        } finally {
            this.#parts.forEach(({ material }, i) => {
                material.uniforms.uMode.value = kept[i];
                material.blending = THREE.CustomBlending;
            });
            this.#lines?.forEach((line, i) => { line.visible = lines[i]; });
            this.#shared.uFeather.value = feather;
        }
    }
}
