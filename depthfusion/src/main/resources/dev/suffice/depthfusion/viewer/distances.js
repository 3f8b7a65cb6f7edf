// How far things are: the figures that the safe radius, the depth colours and the depth strength are derived from.
import { DamagedScene } from "./scene-data.js";

/**
 * Shares of what is seen from the centre: each triangle counts by its solid angle.
 *
 * @param layers of parseGlb
 * @returns `{least, near, close, around, median, far, greatest}` in the units of the scene
 */
export function measureDistances(layers) {
    const found = [];
    let weight = 0;
    let least = Infinity;
    let greatest = 0;
    const total = layers.reduce((sum, layer) => sum + layer.indices.length / 3, 0);
    const every = Math.max(1, Math.floor(total / 80000));
    for (const { positions, indices } of layers) {
        for (let i = 0; i < positions.length; i += 3) {
            const distance = Math.hypot(positions[i], positions[i + 1], positions[i + 2]);
            if (distance > 0) {
                least = Math.min(least, distance);
                greatest = Math.max(greatest, distance);
            }
        }
        for (let i = 0; i < indices.length; i += 3 * every) {
            const corners = [0, 1, 2].map((k) => 3 * indices[i + k]);
            const lengths = corners.map((at) => Math.hypot(positions[at], positions[at + 1], positions[at + 2]));
            if (Math.min(...lengths) > 0) {
                const angle = solidAngle(positions, corners, lengths);
                found.push([(lengths[0] + lengths[1] + lengths[2]) / 3, angle]);
                weight += angle;
            }
        }
    }
    if (!(weight > 0)) {
        throw new DamagedScene("The geometry has no surface.");
    }
    found.sort((a, b) => a[0] - b[0]);
    const at = (share) => {
        let sum = 0;
        for (const [distance, angle] of found) {
            sum += angle;
            if (sum >= share * weight) {
                return distance;
            }
        }
        return found[found.length - 1][0];
    };
    return { least, near: at(0.0004), close: at(0.02), around: at(0.3), median: at(0.5), far: at(0.9996), greatest };
}

/** Half the cross product of two edges of the triangle of directions: exact enough for small triangles. */
function solidAngle(positions, [a, b, c], [la, lb, lc]) {
    const edge = (to, length, k) => positions[to + k] / length - positions[a + k] / la;
    const [x, y, z] = [edge(b, lb, 0), edge(b, lb, 1), edge(b, lb, 2)];
    const [u, v, w] = [edge(c, lc, 0), edge(c, lc, 1), edge(c, lc, 2)];
    return Math.hypot(y * w - z * v, z * u - x * w, x * v - y * u) / 2;
}

/** A distance in words: "2.4 m", "35 cm", or a bare number where the scene knows no metres. */
export function distanceText(value, metric) {
    if (!metric) {
        return value < 10 ? value.toFixed(2) : value.toFixed(1);
    }
    if (value < 1) {
        return Math.round(value * 100) + " cm";
    }
    return (value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : String(Math.round(value))) + " m";
}

/** The same without zeros at the end: "2 m" for "2.00 m". */
export function plain(text) {
    return text.replace(/\.(\d*?)0+(?=$| )/, ".$1").replace(/\.(?=$| )/, "");
}
