// The meshes of the scene and how they are shown: colour, depth or wireframe, with a depth strength.
import * as THREE from "./three.module.min.js";
import { vertexShader, fragmentShader, COLOUR, DEPTH, SURFACE, LINES, POSITION } from "./layer-shader.js";
import { uniqueEdges } from "./edges.js";
import { splitBySector, inSight } from "./sectors.js";
import { rampBytes } from "./ramp.js";

const MODES = { colour: COLOUR, depth: DEPTH, mesh: SURFACE };

export class Layers {
    #parts = [];
    #shared;
    #lines = null;
    #soft;
    #feathered;
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
        this.#feathered = !description.panorama;
        this.#shared = {
            uStrength: { value: 1 }, uMedian: { value: distances.median }, uLimit: { value: 1e9 },
            uRamp: { value: ramp }, uRange: { value: new THREE.Vector2(distances.near, Math.max(distances.far, distances.near * 1.01)) },
            uFeather: { value: this.#feathered ? 0.05 : 0 }, uFade: { value: 1 }, uFast: { value: false },
            uOutside: { value: false }, uCentre: { value: new THREE.Vector3() },
        };
        layers.forEach((layer) => this.#add(layer, description.panorama, anisotropy));
        this.outside(null);
    }

    #add(layer, panorama, anisotropy) {
        const position = new THREE.BufferAttribute(layer.positions, 3);
        const uv = new THREE.BufferAttribute(layer.uvs, 2);
        const map = new THREE.Texture(layer.bitmap);
        map.flipY = false;
        map.wrapS = panorama ? THREE.RepeatWrapping : THREE.ClampToEdgeWrapping;
        map.wrapT = THREE.ClampToEdgeWrapping;
        map.anisotropy = anisotropy;
        map.needsUpdate = true;
        const own = {
            uMap: { value: map }, uSize: { value: new THREE.Vector2(layer.bitmap.width, layer.bitmap.height) },
            uMode: { value: COLOUR },
        };
        const solid = this.#material(own, false);
        const sectors = splitBySector(layer.positions, layer.indices).map((sector) => {
            const mesh = new THREE.Mesh(geometryOf(position, uv, sector.indices), solid);
            mesh.frustumCulled = false; // the shader moves the vertices; inSight knows
            this.group.add(mesh);
            return { ...sector, mesh };
        });
        this.#parts.push({ position, uv, indices: layer.indices, own, sectors, solid, soft: this.#material(own, true) });
    }

    #material(own, soft) {
        return new THREE.ShaderMaterial({
            vertexShader, fragmentShader, side: THREE.DoubleSide, transparent: true, defines: soft ? { SOFT: "" } : {},
            blending: soft ? THREE.CustomBlending : THREE.NoBlending, blendSrc: THREE.OneFactor, blendDst: THREE.OneMinusSrcAlphaFactor,
            polygonOffset: true, polygonOffsetFactor: 1, polygonOffsetUnits: 2, // behind the lines of the wireframe
            uniforms: { ...this.#shared, ...own },
        });
    }

    /** @param mode "colour", "depth" or "mesh" */
    show(mode) {
        for (const { own } of this.#parts) {
            own.uMode.value = MODES[mode];
        }
        if (mode === "mesh" && this.#lines === null) {
            this.#lines = this.#parts.map((part, order) => this.#wireframe(part, order));
        }
        this.#lines?.forEach((lines) => { lines.visible = mode === "mesh"; });
    }

    #wireframe({ position, uv, indices, own }, order) {
        const edges = geometryOf(position, uv, uniqueEdges(indices, position.count));
        const material = this.#material({ ...own, uMode: { value: LINES } }, true);
        material.depthWrite = false;
        material.polygonOffset = false;
        const lines = new THREE.LineSegments(edges, material);
        lines.frustumCulled = false;
        lines.renderOrder = 10 + order;
        this.group.add(lines);
        return lines;
    }

    /** @param strength 0 to 2 */
    set strength(strength) {
        this.#shared.uStrength.value = strength;
    }

    /** @param fast cheaper pixels, for slow graphics while something moves */
    set fast(fast) {
        this.#shared.uFast.value = fast;
    }

    /** Where a point of the scene is drawn at the present strength; `target` receives it. */
    displaced(point, target) {
        const distance = Math.max(point.length(), 1e-4);
        return target.copy(point).multiplyScalar(this.#shown(distance) / distance);
    }

    /** @param fade 1 = as it is, 0 = black */
    set fade(fade) {
        this.#shared.uFade.value = fade;
    }

    /** @param limit the distance beyond which everything is drawn in, or null for the view from inside */
    outside(limit) {
        this.#shared.uOutside.value = limit !== null;
        this.#shared.uLimit.value = limit ?? 1e9;
        this.#soft = limit !== null || this.#feathered;
        this.#parts.forEach(({ sectors, solid, soft }, order) => {
            for (const { mesh } of sectors) {
                mesh.material = this.#soft ? soft : solid;
                // what fades is drawn over what lies behind; what is solid is drawn first where it is near
                mesh.renderOrder = this.#soft ? order : this.#parts.length - order;
            }
        });
    }

    /** Leaves out what `camera` cannot see; with null everything is drawn. `spread` is added to how far the eye is from the centre. */
    cull(camera, spread = 0) {
        const forward = camera?.getWorldDirection(new THREE.Vector3());
        const upright = camera ? Math.tan(camera.fov * Math.PI / 360) : 0;
        const half = camera ? Math.atan(upright * Math.hypot(1, camera.aspect)) : 0;
        const shown = (distance) => this.#shown(distance);
        for (const { sectors } of this.#parts) {
            for (const sector of sectors) {
                sector.mesh.visible = camera === null || inSight(sector, forward, half, camera.position.length() + spread, shown);
            }
        }
    }

    #shown(distance) {
        const { uMedian, uStrength, uLimit } = this.#shared;
        const shown = uMedian.value * (distance / uMedian.value) ** uStrength.value;
        return shown > uLimit.value ? uLimit.value * (1 + 0.25 * (1 - uLimit.value / shown)) : shown;
    }

    /** Whether something behind the layers can be seen through their edges. */
    get soft() {
        return this.#soft;
    }

    get range() {
        return this.#shared.uRange.value;
    }

    /** Calls `draw` while the layers write their true positions instead of colours. */
    asPositions(draw) {
        const kept = this.#parts.map(({ own }) => own.uMode.value);
        const lines = this.#lines?.map((line) => line.visible);
        this.#lines?.forEach((line) => { line.visible = false; });
        this.#parts.forEach(({ own, soft }) => {
            own.uMode.value = POSITION;
            soft.blending = THREE.NoBlending;
        });
        try {
            draw();
        } finally {
            this.#parts.forEach(({ own, soft }, i) => {
                own.uMode.value = kept[i];
                soft.blending = THREE.CustomBlending;
            });
            this.#lines?.forEach((line, i) => { line.visible = lines[i]; });
        }
    }
}

function geometryOf(position, uv, indices) {
    const geometry = new THREE.BufferGeometry();
    geometry.setAttribute("position", position);
    geometry.setAttribute("uv", uv);
    geometry.setIndex(new THREE.BufferAttribute(indices, 1));
    return geometry;
}
