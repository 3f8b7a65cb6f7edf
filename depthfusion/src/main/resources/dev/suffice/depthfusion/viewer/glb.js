// Reads the meshes of a GLB: one layer per node, with positions, texture coordinates, indices and a picture. Everything is checked
// against the length of the file before it is used.
import { DamagedScene } from "./scene-data.js";

const MAGIC = 0x46546c67;
const JSON_CHUNK = 0x4e4f534a;
const BINARY_CHUNK = 0x004e4942;
const COMPONENTS = { SCALAR: 1, VEC2: 2, VEC3: 3 };
const ARRAYS = { 5121: Uint8Array, 5123: Uint16Array, 5125: Uint32Array, 5126: Float32Array };

/** @returns layers `{name, positions, uvs, indices, image}` in the order of the nodes; `image` is a Blob */
export function parseGlb(bytes) {
    const { json, binary } = chunks(bytes);
    const layers = [];
    for (const node of json.nodes ?? []) {
        if (node.mesh !== undefined) {
            layers.push(layer(json, binary, node));
        }
    }
    if (layers.length === 0) {
        throw new DamagedScene("The geometry holds no mesh.");
    }
    return layers;
}

function chunks(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < 20 || view.getUint32(0, true) !== MAGIC) {
        throw new DamagedScene(`The geometry is not a GLB file (${bytes.length} bytes).`);
    }
    const version = view.getUint32(4, true);
    const length = view.getUint32(8, true);
    if (version !== 2) {
        throw new DamagedScene(`The geometry is GLB version ${version}; this viewer reads version 2.`);
    }
    if (length !== bytes.length) {
        throw new DamagedScene(`The geometry has ${bytes.length} bytes where ${length} were written: the file was cut short.`);
    }
    let json = null;
    let binary = new Uint8Array(0);
    for (let at = 12; at + 8 <= length;) {
        const size = view.getUint32(at, true);
        const type = view.getUint32(at + 4, true);
        if (size > length - at - 8) {
            throw new DamagedScene(`A part of the geometry claims ${size} bytes where ${length - at - 8} are left.`);
        }
        const body = bytes.subarray(at + 8, at + 8 + size);
        if (type === JSON_CHUNK && json === null) {
            json = parse(body);
        } else if (type === BINARY_CHUNK) {
            binary = body;
        }
        at += 8 + size;
    }
    if (json === null) {
        throw new DamagedScene("The geometry has no description (JSON chunk).");
    }
    return { json, binary };
}

function parse(body) {
    try {
        return JSON.parse(new TextDecoder().decode(body));
    } catch (error) {
        throw new DamagedScene("The description of the geometry cannot be read: " + error.message);
    }
}

function layer(json, binary, node) {
    const name = node.name ?? "layer";
    const primitive = json.meshes?.[node.mesh]?.primitives?.[0];
    if (!primitive || (primitive.mode ?? 4) !== 4 || primitive.indices === undefined) {
        throw new DamagedScene(`Layer "${name}" is not a mesh of indexed triangles.`);
    }
    const positions = accessor(json, binary, primitive.attributes?.POSITION, "VEC3", [5126], name + " positions");
    const uvs = accessor(json, binary, primitive.attributes?.TEXCOORD_0, "VEC2", [5126], name + " texture coordinates");
    const read = accessor(json, binary, primitive.indices, "SCALAR", [5121, 5123, 5125], name + " indices");
    const indices = read instanceof Uint32Array ? read : Uint32Array.from(read);
    const count = positions.length / 3;
    if (uvs.length / 2 !== count || indices.length % 3 !== 0) {
        throw new DamagedScene(`Layer "${name}": ${count} positions, ${uvs.length / 2} texture coordinates, ${indices.length} indices do not fit together.`);
    }
    for (let i = 0; i < indices.length; i++) {
        if (indices[i] >= count) {
            throw new DamagedScene(`Layer "${name}": index ${indices[i]} points beyond its ${count} vertices.`);
        }
    }
    for (let i = 0; i < positions.length; i++) {
        if (!Number.isFinite(positions[i])) {
            throw new DamagedScene(`Layer "${name}": a position is not a number.`);
        }
    }
    return { name, positions, uvs, indices, image: picture(json, binary, primitive, name) };
}

function picture(json, binary, primitive, name) {
    const texture = json.materials?.[primitive.material]?.pbrMetallicRoughness?.baseColorTexture?.index;
    const image = json.images?.[json.textures?.[texture]?.source];
    if (!image || image.bufferView === undefined) {
        throw new DamagedScene(`Layer "${name}" has no picture of its own.`);
    }
    return new Blob([slice(json, binary, image.bufferView, name + " picture")], { type: image.mimeType ?? "image/png" });
}

function accessor(json, binary, index, type, kinds, what) {
    const found = json.accessors?.[index];
    if (!found || found.type !== type || !kinds.includes(found.componentType) || found.bufferView === undefined || found.sparse) {
        throw new DamagedScene(`${what}: missing or of a kind that this viewer does not read.`);
    }
    const view = json.bufferViews?.[found.bufferView];
    const bytes = slice(json, binary, found.bufferView, what);
    const Kind = ARRAYS[found.componentType];
    const parts = COMPONENTS[type];
    const element = parts * Kind.BYTES_PER_ELEMENT;
    const stride = view.byteStride ?? element;
    const offset = found.byteOffset ?? 0;
    const count = found.count;
    if (!Number.isSafeInteger(count) || count < 1 || offset < 0 || stride < element || offset + (count - 1) * stride + element > bytes.length) {
        throw new DamagedScene(`${what}: ${count} elements do not lie within their ${bytes.length} bytes.`);
    }
    // a copy: aligned, and the text it came from can be freed
    const packed = new Uint8Array(count * element);
    if (stride === element) {
        packed.set(bytes.subarray(offset, offset + count * element));
    } else {
        for (let i = 0; i < count; i++) {
            packed.set(bytes.subarray(offset + i * stride, offset + i * stride + element), i * element);
        }
    }
    return new Kind(packed.buffer);
}

function slice(json, binary, index, what) {
    const view = json.bufferViews?.[index];
    const offset = view?.byteOffset ?? 0;
    if (!view || (view.buffer ?? 0) !== 0 || !(view.byteLength >= 0) || offset < 0 || offset + view.byteLength > binary.length) {
        throw new DamagedScene(`${what}: lies outside the ${binary.length} bytes of the geometry.`);
    }
    return binary.subarray(offset, offset + view.byteLength);
}
