/** The edges of a triangle mesh, each once, as pairs of vertex indices. */
export function uniqueEdges(indices, vertices) {
    const keys = new Float64Array(indices.length);
    for (let i = 0; i < indices.length; i += 3) {
        for (let k = 0; k < 3; k++) {
            const a = indices[i + k];
            const b = indices[i + (k + 1) % 3];
            keys[i + k] = Math.min(a, b) * vertices + Math.max(a, b);
        }
    }
    keys.sort();
    const pairs = new Uint32Array(keys.length * 2);
    let count = 0;
    for (let i = 0; i < keys.length; i++) {
        if (i === 0 || keys[i] !== keys[i - 1]) {
            pairs[count++] = Math.floor(keys[i] / vertices);
            pairs[count++] = keys[i] % vertices;
        }
    }
    return pairs.subarray(0, count);
}
