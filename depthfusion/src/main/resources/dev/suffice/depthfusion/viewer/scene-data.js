// What the page was made with: the description as JSON and the meshes as the bytes of a GLB.

export class DamagedScene extends Error {}

const finite = (value, low, high) => typeof value === "number" && value >= low && value <= high;

/** Reads and checks the two data elements of the page, then empties them: the text is large and no longer needed. */
export function readScene(document) {
    const json = document.getElementById("suffice-scene");
    const glb = document.getElementById("suffice-glb");
    if (!json || !glb) {
        throw new DamagedScene("This page holds no picture: it is the empty template of the viewer.");
    }
    const description = checked(parse(json.textContent));
    const bytes = decode(glb.textContent);
    glb.textContent = "";
    return { description, bytes };
}

function parse(text) {
    try {
        return JSON.parse(text);
    } catch (error) {
        throw new DamagedScene("The description of the scene cannot be read: " + error.message);
    }
}

function checked(scene) {
    if (scene === null || typeof scene !== "object" || Array.isArray(scene)) {
        throw new DamagedScene("The description of the scene is not an object.");
    }
    if (scene.version !== 1) {
        throw new DamagedScene(`The scene has version ${scene.version}; this viewer reads version 1.`);
    }
    if (scene.projection !== "equirectangular" && scene.projection !== "perspective") {
        throw new DamagedScene(`projection "${scene.projection}": expected "equirectangular" or "perspective".`);
    }
    if (scene.projection === "perspective" && !finite(scene.fovDegrees, 1, 170)) {
        throw new DamagedScene(`fovDegrees ${scene.fovDegrees}: a perspective picture needs 1 to 170.`);
    }
    return {
        ...scene,
        title: typeof scene.title === "string" && scene.title.trim() !== "" ? scene.title : "Untitled",
        prompt: typeof scene.prompt === "string" && scene.prompt.trim() !== "" ? scene.prompt : null,
        panorama: scene.projection === "equirectangular",
        metric: scene.metric === true,
        compute: scene.compute !== null && typeof scene.compute === "object" ? scene.compute : null,
    };
}

function decode(text) {
    let binary;
    try {
        binary = atob(text.trim());
    } catch {
        throw new DamagedScene("The geometry in this page is not valid base64: the file was cut short or changed.");
    }
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) {
        bytes[i] = binary.charCodeAt(i);
    }
    return bytes;
}
