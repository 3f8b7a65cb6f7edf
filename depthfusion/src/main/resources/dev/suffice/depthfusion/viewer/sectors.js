// A mesh around the eye in parts by direction, so that what lies behind one's back is not drawn.

const CELLS = 2; // per edge of each face of a cube around the eye

/** @returns parts `{indices, axis, angle, least}`: the cone of directions that a part lies in, and its least distance */
export function splitBySector(positions, indices) {
    const count = 6 * CELLS * CELLS;
    const of = new Uint8Array(indices.length / 3);
    const sizes = new Uint32Array(count);
    for (let t = 0; t < of.length; t++) {
        of[t] = cell(...centre(positions, indices, t));
        sizes[of[t]] += 3;
    }
    const lists = Array.from(sizes, (size) => new Uint32Array(size));
    sizes.fill(0);
    for (let t = 0; t < of.length; t++) {
        const k = of[t];
        lists[k].set(indices.subarray(3 * t, 3 * t + 3), sizes[k]);
        sizes[k] += 3;
    }
    return lists.filter((list) => list.length > 0).map((list) => ({ indices: list, ...cone(positions, list) }));
}

/** Whether a part can be seen by an eye that is `away` from the centre and looks along `forward` with `half` an opening angle. */
export function inSight({ axis, angle, least }, forward, half, away, shown) {
    const nearest = shown(least);
    if (away >= nearest) {
        return true;
    }
    const between = Math.acos(Math.min(Math.max(axis[0] * forward.x + axis[1] * forward.y + axis[2] * forward.z, -1), 1));
    return between < angle + half + Math.asin(away / nearest);
}

function centre(positions, indices, t) {
    const sum = [0, 0, 0];
    for (let k = 0; k < 3; k++) {
        const at = 3 * indices[3 * t + k];
        const length = Math.hypot(positions[at], positions[at + 1], positions[at + 2]) || 1;
        sum[0] += positions[at] / length;
        sum[1] += positions[at + 1] / length;
        sum[2] += positions[at + 2] / length;
    }
    return sum;
}

function cell(x, y, z) {
    const [a, b, c] = [Math.abs(x), Math.abs(y), Math.abs(z)];
    const [face, u, v] = a >= b && a >= c ? [x < 0 ? 1 : 0, y / (a || 1), z / (a || 1)]
        : b >= c ? [y < 0 ? 3 : 2, x / b, z / b] : [z < 0 ? 5 : 4, x / c, y / c];
    const place = (value) => Math.min(Math.floor((value + 1) / 2 * CELLS), CELLS - 1);
    return (face * CELLS + place(u)) * CELLS + place(v);
}

function cone(positions, list) {
    const sum = [0, 0, 0];
    let least = Infinity;
    const unit = (index) => {
        const at = 3 * index;
        const length = Math.hypot(positions[at], positions[at + 1], positions[at + 2]) || 1e-9;
        return [positions[at] / length, positions[at + 1] / length, positions[at + 2] / length, length];
    };
    for (const index of list) {
        const [x, y, z, length] = unit(index);
        sum[0] += x;
        sum[1] += y;
        sum[2] += z;
        least = Math.min(least, length);
    }
    const size = Math.hypot(...sum) || 1;
    const axis = sum.map((value) => value / size);
    let cosine = 1;
    for (const index of list) {
        const [x, y, z] = unit(index);
        cosine = Math.min(cosine, axis[0] * x + axis[1] * y + axis[2] * z);
    }
    return { axis, angle: Math.acos(Math.max(cosine, -1)) + 0.01, least };
}
