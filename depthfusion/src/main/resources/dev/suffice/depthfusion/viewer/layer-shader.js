// The shaders of a layer. A vertex is a direction times a distance; the depth strength s moves it along its direction to
// median * (distance / median)^s: 0 = everything on one sphere, 1 = as it is. With SOFT defined, edges fade and parts are left out;
// without it every fragment is solid, so that hidden ones are skipped before they cost anything.

export const COLOUR = 0;
export const DEPTH = 1;
export const SURFACE = 2; // dark, under the wireframe
export const LINES = 3;
export const POSITION = 4; // true positions, for measuring

export const vertexShader = /* glsl */ `
uniform float uStrength;
uniform float uMedian;
uniform float uLimit;
varying vec2 vUv;
varying vec3 vTrue;
varying vec3 vWorld;
varying float vBeyond;

void main() {
    float distance = max(length(position), 1e-4);
    float shown = uMedian * pow(distance / uMedian, uStrength);
    // seen from outside, far things are drawn in, and a sky fades away
    vBeyond = shown / uLimit;
    if (shown > uLimit) {
        shown = uLimit * (1.0 + 0.25 * (1.0 - uLimit / shown));
    }
    vTrue = position;
    vUv = uv;
    vec4 world = modelMatrix * vec4(position * (shown / distance), 1.0);
    vWorld = world.xyz;
    gl_Position = projectionMatrix * viewMatrix * world;
}`;

export const fragmentShader = /* glsl */ `
uniform sampler2D uMap;
uniform sampler2D uRamp;
uniform vec2 uSize;
uniform int uMode;
uniform vec2 uRange;
uniform float uFeather;
uniform float uFade;
uniform bool uOutside;
uniform bool uFast;
uniform vec3 uCentre;
varying vec2 vUv;
varying vec3 vTrue;
varying vec3 vWorld;
varying float vBeyond;

// Mitchell and Netravali's cubic filter (1988, B = C = 1/3) in bilinear taps: a small picture is neither blocky nor blurred
vec4 enlarged(vec2 uv) {
    vec2 at = uv * uSize;
    vec2 base = floor(at - 0.5) + 0.5;
    vec2 f = at - base;
    vec2 w0 = (1.0 + f * (-9.0 + f * (15.0 - 7.0 * f))) / 18.0;
    vec2 w1 = (16.0 + f * f * (-36.0 + 21.0 * f)) / 18.0;
    vec2 w2 = (1.0 + f * (9.0 + f * (27.0 - 21.0 * f))) / 18.0;
    vec2 w3 = f * f * (-6.0 + 7.0 * f) / 18.0;
    vec2 w12 = w1 + w2;
    vec2 p0 = (base - 1.0) / uSize;
    vec2 p3 = (base + 2.0) / uSize;
    vec2 p12 = (base + w2 / w12) / uSize;
    vec4 sum = textureLod(uMap, p12, 0.0) * w12.x * w12.y
        + textureLod(uMap, vec2(p0.x, p12.y), 0.0) * w0.x * w12.y
        + textureLod(uMap, vec2(p3.x, p12.y), 0.0) * w3.x * w12.y
        + textureLod(uMap, vec2(p12.x, p0.y), 0.0) * w12.x * w0.y
        + textureLod(uMap, vec2(p12.x, p3.y), 0.0) * w12.x * w3.y;
    // the four corners weigh little; their share goes to the rest
    float weight = w12.x * w12.y + (w0.x + w3.x) * w12.y + w12.x * (w0.y + w3.y);
    return clamp(sum / weight, 0.0, 1.0);
}

vec4 picture(vec2 uv) {
    // derivatives are undefined inside a branch
    vec2 across = dFdx(uv);
    vec2 down = dFdy(uv);
    vec2 texel = max(abs(across), abs(down)) * uSize;
    if (max(texel.x, texel.y) >= 1.0) {
        return textureGrad(uMap, uv, across, down);
    }
    return uFast ? textureLod(uMap, uv, 0.0) : enlarged(uv);
}

void main() {
#ifdef SOFT
    if (uOutside) {
        // from outside, walls that turn their back are left out: one looks into the scene as into a doll's house; and so are sheets
        // along the line of sight, which no eye at the centre ever saw
        vec3 normal = cross(dFdx(vWorld), dFdy(vWorld));
        vec3 truly = cross(dFdx(vTrue), dFdy(vTrue));
        bool behind = dot(normal, uCentre - vWorld) * dot(normal, cameraPosition - vWorld) < 0.0;
        if (behind || abs(dot(truly, vTrue)) < 0.05 * length(truly) * length(vTrue)) {
            discard;
        }
    }
#endif
    if (uMode == ${POSITION}) {
        gl_FragColor = vec4(vTrue, 1.0);
        return;
    }
    vec4 colour;
    if (uMode == ${DEPTH}) {
        float t = log(length(vTrue) / uRange.x) / log(uRange.y / uRange.x);
        colour = vec4(textureLod(uRamp, vec2(clamp(t, 0.002, 0.998), 0.5), 0.0).rgb, 1.0);
    } else {
        colour = picture(vUv);
        if (uMode == ${SURFACE}) {
            colour.rgb = colour.rgb * 0.09 + vec3(0.012, 0.016, 0.024) * colour.a;
        } else if (uMode == ${LINES}) {
            colour.rgb = mix(colour.rgb, vec3(0.78, 0.88, 1.0) * colour.a, 0.2);
            colour *= 0.8;
        }
    }
    colour.rgb *= uFade;
#ifdef SOFT
    colour *= 1.0 - smoothstep(1.0, 3.0, vBeyond);
    if (uFeather > 0.0) {
        vec2 edge = smoothstep(vec2(0.0), vec2(uFeather), min(vUv, 1.0 - vUv));
        colour *= edge.x * edge.y;
    }
    if (colour.a < 0.004) {
        discard;
    }
#endif
    gl_FragColor = colour;
}`;
