// How far things are: the figures that the safe radius, the depth colours and the depth strength are derived from.

/** @param layers of parseGlb @returns `{least, near, close, around, median, far, greatest}` in the units of the scene */
export function measureDistances(layers) {
    const total = layers.reduce((sum, layer) => sum + layer.positions.length / 3, 0);
    const every = Math.max(1, Math.floor(total / 60000));
    const found = [];
    for (const { positions } of layers) {
        for (let i = 0; i < positions.length; i += 3 * every) {
            // a row of a sphere's grid near a pole covers little: weigh by the cosine of the elevation
            const distance = Math.hypot(positions[i], positions[i + 1], positions[i + 2]);
            const level = Math.hypot(positions[i], positions[i + 2]) / Math.max(distance, 1e-9);
            if (distance > 0) {
                found.push([distance, level + 1e-3]);
            }
        }
    }
    found.sort((a, b) => a[0] - b[0]);
    const weight = found.reduce((sum, entry) => sum + entry[1], 0);
    const at = (share) => {
        let sum = 0;
        for (const [distance, level] of found) {
            sum += level;
            if (sum >= share * weight) {
                return distance;
            }
        }
        return found[found.length - 1][0];
    };
    return {
        least: found[0][0], close: at(0.02), near: at(0.005), around: at(0.3), median: at(0.5), far: at(0.995),
        greatest: found[found.length - 1][0],
    };
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
