// A view as the part of a link after #, which never leaves the browser, and back.
import { MODES } from "./view.js";

/** @param view of View.snapshot @param least the values that are left out because they are the start */
export function viewToHash(view) {
    const parts = ["v=1", "yaw=" + trim(view.yaw), "pitch=" + trim(view.pitch), "fov=" + trim(view.fov)];
    if (view.eye.some((value) => Math.abs(value) > 1e-4)) {
        parts.push("eye=" + view.eye.map((value) => trim(value, 4)).join(","));
    }
    if (view.strength !== 1) {
        parts.push("strength=" + trim(view.strength));
    }
    if (view.mode !== "colour") {
        parts.push("mode=" + view.mode);
    }
    if (view.outside) {
        const { azimuth, elevation, distance } = view.orbit;
        parts.push("outside=" + [azimuth, elevation, distance].map((value) => trim(value, 3)).join(","));
    }
    return "#" + parts.join("&");
}

/** @returns the parts of a view that the hash names correctly, or null where it names none */
export function hashToView(hash) {
    const fields = new URLSearchParams(hash.replace(/^#/, ""));
    if (fields.get("v") !== "1") {
        return null;
    }
    const view = {};
    const number = (key) => {
        const value = Number(fields.get(key));
        if (fields.has(key) && fields.get(key) !== "" && Number.isFinite(value) && Math.abs(value) < 1e6) {
            view[key] = value;
        }
    };
    const three = (key) => {
        const values = (fields.get(key) ?? "").split(",").map(Number);
        return values.length === 3 && values.every((value) => Number.isFinite(value) && Math.abs(value) < 1e6) && fields.get(key) ? values : null;
    };
    ["yaw", "pitch", "fov", "strength"].forEach(number);
    view.eye = three("eye") ?? [0, 0, 0];
    view.strength ??= 1;
    view.mode = MODES.includes(fields.get("mode")) ? fields.get("mode") : "colour";
    const orbit = three("outside");
    view.outside = orbit !== null;
    if (orbit) {
        view.orbit = { azimuth: orbit[0], elevation: orbit[1], distance: orbit[2] };
    }
    return view;
}

/** Copies text. @returns whether the clipboard took it */
export async function copy(text) {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        return false;
    }
}

function trim(value, digits = 2) {
    return String(Number(value.toFixed(digits)));
}
