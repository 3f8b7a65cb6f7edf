// The colours of the depth view: near is pale gold, far is midnight blue. Lightness falls evenly, so that equal steps look equal
// and the order survives colour blindness and print. Interpolated in OKLCH (Ottosson 2020, "A perceptual color space").

const STOPS = [ // lightness, chroma, hue in degrees
    [0.95, 0.09, 98],
    [0.82, 0.15, 68],
    [0.68, 0.19, 36],
    [0.54, 0.20, 6],
    [0.40, 0.17, -34],
    [0.27, 0.12, -68],
    [0.15, 0.06, -92],
];

/** @param t 0 (near) to 1 (far) @returns sRGB, each 0 to 1 */
export function rampColour(t) {
    const x = Math.min(Math.max(t, 0), 1) * (STOPS.length - 1);
    const i = Math.min(Math.floor(x), STOPS.length - 2);
    const f = x - i;
    const [l, c, h] = STOPS[i].map((value, k) => value + (STOPS[i + 1][k] - value) * f);
    const a = c * Math.cos(h * Math.PI / 180);
    const b = c * Math.sin(h * Math.PI / 180);
    const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
    const middle = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
    const short = (l - 0.0894841775 * a - 1.2914855480 * b) ** 3;
    return [
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    ].map(encoded);
}

function encoded(linear) {
    const value = Math.min(Math.max(linear, 0), 1);
    return value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
}

/** `size` colours from near to far as RGBA bytes. */
export function rampBytes(size) {
    const bytes = new Uint8Array(size * 4);
    for (let i = 0; i < size; i++) {
        const [r, g, b] = rampColour(i / (size - 1));
        bytes.set([r * 255 + 0.5, g * 255 + 0.5, b * 255 + 0.5, 255], i * 4);
    }
    return bytes;
}

/** The ramp from far (bottom) to near (top) as a CSS gradient. */
export function rampGradient() {
    const stops = [];
    for (let i = 0; i <= 12; i++) {
        const colour = rampColour(i / 12).map((value) => Math.round(value * 255));
        stops.push(`rgb(${colour.join(" ")}) ${(i / 12 * 100).toFixed(1)}%`);
    }
    return `linear-gradient(to bottom, ${stops.join(", ")})`;
}
