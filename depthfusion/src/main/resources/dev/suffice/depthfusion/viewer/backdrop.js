// What lies behind the scene: its own picture, strongly blurred, so that no gap and no edge ever shows black.
import * as THREE from "./three.module.min.js";

const vertexShader = /* glsl */ `
varying vec3 vDirection;
void main() {
    vDirection = position;
    vec4 at = projectionMatrix * mat4(mat3(viewMatrix)) * vec4(position, 1.0);
    gl_Position = at.xyww;
    gl_Position.z = 0.999999 * gl_Position.w;
}`;

const fragmentShader = /* glsl */ `
uniform sampler2D uMap;
uniform vec2 uSize;
uniform vec2 uHalf;
uniform float uPanorama;
uniform float uPlain;
uniform float uFade;
varying vec3 vDirection;

vec3 smoothly(vec2 uv) {
    // B-spline in four taps: no structure of the small picture remains
    vec2 at = uv * uSize - 0.5;
    vec2 base = floor(at);
    vec2 f = at - base;
    vec2 w0 = (1.0 - f) * (1.0 - f) * (1.0 - f) / 6.0;
    vec2 w1 = (4.0 - 6.0 * f * f + 3.0 * f * f * f) / 6.0;
    vec2 w3 = f * f * f / 6.0;
    vec2 w2 = 1.0 - w0 - w1 - w3;
    vec2 g0 = w0 + w1;
    vec2 p0 = (base - 0.5 + w1 / g0) / uSize;
    vec2 p1 = (base + 1.5 + w3 / (w2 + w3)) / uSize;
    vec2 g1 = 1.0 - g0;
    return g0.y * (g0.x * textureLod(uMap, p0, 0.0).rgb + g1.x * textureLod(uMap, vec2(p1.x, p0.y), 0.0).rgb)
        + g1.y * (g0.x * textureLod(uMap, vec2(p0.x, p1.y), 0.0).rgb + g1.x * textureLod(uMap, p1, 0.0).rgb);
}

float noise(vec2 at) {
    return fract(sin(dot(at, vec2(12.9898, 78.233))) * 43758.5453) - 0.5;
}

void main() {
    vec3 d = normalize(vDirection);
    vec3 colour;
    if (uPlain > 0.5) {
        float height = 0.5 + 0.5 * d.y;
        colour = mix(vec3(0.020, 0.023, 0.030), vec3(0.075, 0.085, 0.105), smoothstep(0.1, 0.9, height));
    } else if (uPanorama > 0.5) {
        colour = smoothly(vec2(0.5 + atan(d.x, -d.z) / 6.28318531, 0.5 - asin(clamp(d.y, -1.0, 1.0)) / 3.14159265));
    } else {
        // within the picture about its own place; beyond, the border drawn out ever further and a little darker
        float sine = length(d.xy);
        vec2 towards = sine > 1e-5 ? d.xy / sine : vec2(0.0);
        float angle = atan(sine, -d.z);
        vec2 inside = towards * tan(min(angle, 1.3)) / uHalf;
        vec2 squared = inside * inside;
        float reach = pow(dot(squared, squared), 0.25);
        vec2 at = inside * 0.96 / pow(1.0 + reach * reach * reach * reach, 0.25);
        colour = smoothly(0.5 + 0.5 * vec2(at.x, -at.y));
        colour *= mix(1.0, 0.5, smoothstep(0.9, 4.0, reach));
    }
    gl_FragColor = vec4(colour * uFade + noise(gl_FragCoord.xy) / 255.0, 1.0);
}`;

export class Backdrop {
    #uniforms;
    mesh;

    /** @param bitmap of the background layer */
    constructor(bitmap, description) {
        const width = description.panorama ? 32 : 12;
        const height = Math.max(4, Math.round(width * bitmap.height / bitmap.width));
        const map = new THREE.CanvasTexture(blurred(bitmap, width, height));
        map.flipY = false;
        map.generateMipmaps = false;
        map.minFilter = map.magFilter = THREE.LinearFilter;
        map.wrapS = description.panorama ? THREE.RepeatWrapping : THREE.ClampToEdgeWrapping;
        const tangent = description.panorama ? 1 : Math.tan(description.fovDegrees * Math.PI / 360);
        this.#uniforms = {
            uMap: { value: map }, uSize: { value: new THREE.Vector2(width, height) },
            uHalf: { value: new THREE.Vector2(tangent * bitmap.width / bitmap.height, tangent) },
            uPanorama: { value: description.panorama ? 1 : 0 }, uPlain: { value: 0 }, uFade: { value: 1 },
        };
        const material = new THREE.ShaderMaterial({
            vertexShader, fragmentShader, uniforms: this.#uniforms, side: THREE.DoubleSide, depthWrite: false, transparent: true,
            blending: THREE.NoBlending,
        });
        this.mesh = new THREE.Mesh(new THREE.SphereGeometry(10, 48, 32), material);
        this.mesh.frustumCulled = false;
    }

    /** @param first drawn before everything, under soft edges; otherwise after it, in the gaps only */
    set first(first) {
        this.mesh.renderOrder = first ? -1 : 100;
    }

    /** @param plain a dark studio instead of the picture: for views from outside and wireframes */
    set plain(plain) {
        this.#uniforms.uPlain.value = plain ? 1 : 0;
    }

    set fade(fade) {
        this.#uniforms.uFade.value = fade;
    }
}

/** Halved again and again, so that every pixel has its say. */
function blurred(bitmap, width, height) {
    let from = bitmap;
    let w = bitmap.width;
    let h = bitmap.height;
    for (;;) {
        w = Math.max(width, Math.ceil(w / 2));
        h = Math.max(height, Math.ceil(h / 2));
        const canvas = document.createElement("canvas");
        canvas.width = w;
        canvas.height = h;
        const context = canvas.getContext("2d");
        context.imageSmoothingQuality = "high";
        context.drawImage(from, 0, 0, w, h);
        if (w === width && h === height) {
            return canvas;
        }
        from = canvas;
    }
}
